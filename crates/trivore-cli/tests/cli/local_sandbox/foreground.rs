//! A sandbox in the foreground.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::sandbox_home::{LISTEN, SandboxHome};
use super::signals::{signal, wait_until};

/// Starts a sandbox and waits until it is ready.
fn start(command: &mut Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{line}");
    child
}

#[test]
fn all_signals_to_end_leave_the_configuration_as_it_was() {
    for name in ["-HUP", "-TERM", "-INT"] {
        let home = SandboxHome::with_work();
        let before = home.config();
        let options = [&["sandbox", "--default"], &LISTEN[..]].concat();
        let mut child = start(&mut home.command(&options));
        assert!(home.config().contains("default-profile = \"sandbox\""), "{}", home.config());
        signal(name, child.id().into());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        assert_eq!(home.config(), before, "{name}");
        assert!(!home.folder().join("sandbox.properties").exists(), "{name}");
    }
}

#[test]
fn under_nohup_a_closed_terminal_does_not_end_it() {
    let home = SandboxHome::new();
    let mut shell = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_trivore");
    shell.args(["-c", "trap '' HUP; exec \"$0\" sandbox --listen 127.0.0.1:0", program]);
    let with_home = home.command(&[]);
    shell.env_clear().envs(with_home.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = start(shell.stdin(Stdio::null()));
    signal("-HUP", child.id().into());
    for _ in 0..10 {
        assert_eq!(home.run(&["users", "list", "--limit", "1"]).code, 0);
    }
    signal("-TERM", child.id().into());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    wait_until(|| home.run(&["sandbox", "status"]).code == 1);
}
