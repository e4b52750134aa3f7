//! A sandbox in the background.

use crate::installation::{finish, without_connection};

#[test]
fn a_detached_sandbox_is_the_default_profile_until_it_is_stopped() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = without_connection(home.path(), arguments);
        finish(command.env("PATH", std::env::var_os("PATH").unwrap()))
    };
    let started = run(&["sandbox", "--listen", "127.0.0.1:0", "--detach"]);
    assert_eq!(started.code, 0, "{started:?}");
    let listed = run(&["users", "list", "--limit", "1"]);
    let again = run(&["sandbox", "--detach"]);
    let other = run(&["sandbox", "--detach", "--seed", "other.json"]);
    let status = run(&["sandbox", "status"]);
    let stopped = run(&["sandbox", "stop"]);
    assert_eq!(
        (listed.code, again.code, status.code, stopped.code),
        (0, 0, 0, 0),
        "{listed:?}{stopped:?}"
    );
    assert!(again.stderr.contains("already runs"), "{}", again.stderr);
    assert_eq!(other.code, 1, "{other:?}");
    assert!(other.stderr.contains("without these options"), "{}", other.stderr);
    assert_eq!(run(&["sandbox", "status"]).code, 1);
    assert_eq!(run(&["users", "list"]).code, 3);
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let arguments = ["sandbox", "--detach", "--listen", &address];
    let finished = finish(&mut without_connection(home.path(), &arguments));
    assert_eq!(finished.code, 2, "{finished:?}");
    assert!(finished.stderr.contains("--listen 127.0.0.1:0"), "{finished:?}");
}
