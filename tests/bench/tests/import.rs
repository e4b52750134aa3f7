//! The program `import`, with fewer users.

use std::process::Command;

#[test]
fn a_small_import_that_is_killed_creates_each_user_once() {
    let arguments = ["--users", "300", "--per-second", "400", "--kills", "3"];
    let output = Command::new(env!("CARGO_BIN_EXE_import")).args(arguments).output().unwrap();

    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    assert_eq!(said.matches("killed after").count(), 3, "{said}");
    assert!(said.contains("300 users"), "{said}");
}
