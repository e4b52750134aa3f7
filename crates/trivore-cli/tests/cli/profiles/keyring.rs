//! The keyring, where there is none.

use super::profile_home::ProfileHome;

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_keyring_an_error_says_what_to_do() {
    let home = ProfileHome::with_profile("client-id = \"1\"\nsecret-keyring = true");
    let finished = home.run(&["whoami"]);
    assert_eq!(finished.code, 3, "{finished:?}");
    assert!(finished.stderr.contains("keyring"), "{finished:?}");
    assert!(finished.stderr.contains("secret-file (a file with the mode 0600)"), "{finished:?}");
    // The secret may still be in the keyring of a session that has one.
    let finished = home.run(&["logout", "--yes"]);
    assert_eq!(finished.code, 3, "{finished:?}");
    assert!(home.read_config().contains("[profile.p]"));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_keyring_a_login_stores_the_secret_in_a_private_file() {
    let home = ProfileHome::start();
    let secret = home.write_secret("typed", home.0.sandbox.client_secret());
    let (url, id) = (home.0.sandbox.url(), home.0.sandbox.client_id());
    let arguments = ["login", "--address", url, "--client-id", id, "--stdin"];
    let mut command = home.command(&arguments);
    let finished = crate::installation::finish(command.stdin(std::fs::File::open(secret).unwrap()));
    assert_eq!(finished.code, 0, "{finished:?}");
    assert!(finished.stderr.contains("secrets/default"), "{finished:?}");
    assert_eq!(home.run(&["whoami"]).code, 0);
}
