//! Starting the sandbox, and starting it again.

use std::thread;

use super::sandbox_home::{LISTEN, SandboxHome};

#[test]
fn of_two_that_start_at_once_one_runs() {
    for _ in 0..5 {
        let home = SandboxHome::new();
        let start = |listen| home.run(&["sandbox", "--detach", "--listen", listen]);
        let [first, second] = thread::scope(|scope| {
            let starts = ["127.0.0.1:0"; 2].map(|to| scope.spawn(move || start(to)));
            starts.map(|start| start.join().unwrap())
        });
        let mut codes = [first.code, second.code];
        codes.sort_unstable();
        assert_eq!(codes, [0, 1], "{first:?}{second:?}");
        let refused = if first.code == 1 { first } else { second };
        assert!(refused.stderr.contains("already runs"), "{refused:?}");
    }
}

#[test]
fn the_same_options_are_told_from_others() {
    let home = SandboxHome::new();
    home.detach(&["--default"]);
    let same = home.run(&[&["sandbox", "--detach", "--default"], &LISTEN[..]].concat());
    assert_eq!(same.code, 1, "{same:?}");
    assert!(same.stderr.contains("the sandbox already runs: http://"), "{same:?}");
    for other in [&["--log"][..], &["--default"], &["--default", "--listen", "127.0.0.1:1"]] {
        let other = home.run(&[&["sandbox", "--detach"], other].concat());
        assert_eq!(other.code, 1, "{other:?}");
        assert!(other.stderr.contains("already runs, without these options"), "{other:?}");
    }
    assert_eq!(home.run(&["sandbox", "--detach"]).code, 0);
}

#[test]
fn a_sandbox_for_other_machines_has_a_profile_for_this_one() {
    for (listen, expected) in [("0.0.0.0:0", "http://127.0.0.1:"), ("[::]:0", "http://[::1]:")] {
        let family = if listen.starts_with('[') { "[::1]:0" } else { "127.0.0.1:0" };
        if std::net::TcpListener::bind(family).is_err() {
            // Not all machines have both families of addresses.
            continue;
        }
        let home = SandboxHome::new();
        let options = ["sandbox", "--detach", "--allow-remote", "--listen", listen];
        let started = home.run(&options);
        assert_eq!(started.code, 0, "{started:?}");
        assert!(home.address().starts_with(expected), "{}", home.address());
        let listed = home.run(&["users", "list", "--limit", "1"]);
        assert_eq!(listed.code, 0, "{listed:?}");
    }
}
