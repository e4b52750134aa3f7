//! The profile of the sandbox beside those of the user.

use super::sandbox_home::{LISTEN, SandboxHome};

#[test]
fn a_profile_of_the_user_with_the_name_is_kept() {
    let home = SandboxHome::new();
    home.log_in("sandbox");
    let before = home.config();
    for options in [&["sandbox", "--detach"][..], &["sandbox"]] {
        let refused = home.run(&[options, &LISTEN].concat());
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains("there is a profile `sandbox`"), "{refused:?}");
        assert!(refused.stderr.contains("trivore sandbox --profile NAME"), "{refused:?}");
        assert_eq!(home.config(), before);
    }
    assert_eq!(home.run(&["sandbox", "status"]).code, 1);
}

#[test]
fn the_profile_can_have_another_name() {
    let home = SandboxHome::new();
    home.log_in("sandbox");
    let before = home.config();
    let wrong = home.run(&["sandbox", "--detach", "--profile", "a/b"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    for options in [&["--profile", "local"][..], &["--log", "-p", "local"], &["--log", "-p=local"]]
    {
        let started = home.detach(options);
        assert!(started.stderr.contains("the profile `local`"), "{started:?}");
        let listed = home.run(&["users", "list", "-p", "local"]);
        assert_eq!(listed.code, 0, "{listed:?}");
        home.stop();
        assert_eq!(home.config(), before);
    }
}

#[test]
fn a_profile_that_was_replaced_meanwhile_is_kept() {
    let home = SandboxHome::new();
    home.detach(&[]);
    home.log_in("sandbox");
    let before = home.config();
    let stopped = home.stop();
    assert!(stopped.contains("Stopped the sandbox."), "{stopped}");
    assert!(stopped.contains("Kept the profile `sandbox`"), "{stopped}");
    assert_eq!(home.config(), before);
    assert!(!home.folder().join("sandbox.properties").exists());
    assert!(!home.stop().contains("Kept"));
    assert_eq!(home.config(), before);
}

#[test]
fn the_earlier_default_profile_is_the_default_one_again() {
    let home = SandboxHome::with_work();
    let before = home.config();
    home.detach(&["--default"]);
    assert!(home.config().contains("default-profile = \"sandbox\""), "{}", home.config());
    home.stop();
    assert_eq!(home.config(), before);
}

#[test]
fn a_default_profile_that_was_chosen_meanwhile_stays() {
    let home = SandboxHome::with_work();
    home.log_in("other");
    home.detach(&["--default"]);
    assert_eq!(home.run(&["profiles", "use", "other"]).code, 0);
    home.stop();
    assert!(home.config().contains("default-profile = \"other\""), "{}", home.config());
}

#[test]
fn an_earlier_default_profile_that_is_gone_is_not_the_default_one_again() {
    let home = SandboxHome::with_work();
    home.detach(&["--default"]);
    assert_eq!(home.run(&["logout", "work", "--yes"]).code, 0);
    home.stop();
    assert_eq!(home.config().trim(), "");
}

#[cfg(unix)]
#[test]
fn after_a_kill_the_earlier_default_profile_is_known() {
    for next in [&["sandbox", "stop"][..], &["sandbox", "--detach", "--listen", "127.0.0.1:0"]] {
        let home = SandboxHome::with_work();
        let before = home.config();
        home.detach(&["--default", "--profile", "local"]);
        let status = home.run(&["sandbox", "status"]);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        super::signals::signal("-KILL", status["process"].as_u64().unwrap());
        super::signals::wait_until(|| home.run(&["sandbox", "status"]).code == 1);
        let finished = home.run(next);
        assert_eq!(finished.code, 0, "{finished:?}");
        home.stop();
        assert_eq!(home.config(), before, "{next:?}");
    }
}
