//! Completions and manual pages.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::installation::{finish, without_connection};
use crate::terminal::Terminal;

/// What is typed, and what the shell adds to it.
const COMPLETED: [(&str, &str); 3] = [
    ("trivore prof", "profiles"),
    ("trivore --profile prod", "production"),
    ("trivore users loc", "lock"),
];

/// A home directory with a profile, and the program.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/trivore");
    fs::create_dir_all(&folder).unwrap();
    let config = "[profile.production]\naddress = \"x\"\nclient-id = \"1\"\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    home
}

/// A shell that finds the program, or nothing and a line that says so if the shell is missing.
fn shell(name: &str, home: &TempDir) -> Option<Command> {
    if Command::new(name).arg("--version").output().is_err() {
        // Not by a macro, whose output is shown for failed tests only.
        let line = format!(
            "\ncompletions {name}  SKIP  {name} is not installed; its completions were not checked\n"
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    }
    let program = Path::new(env!("CARGO_BIN_EXE_trivore")).parent().unwrap().display();
    let mut shell = Command::new(name);
    shell.env_clear().env("HOME", home.path()).env("PATH", format!("{program}:/usr/bin:/bin"));
    Some(shell)
}

#[test]
fn bash_completes_commands_and_profiles() {
    let home = home();
    for (words, expected) in COMPLETED {
        let Some(mut bash) = shell("bash", &home) else { return };
        let script = format!(
            "source <(trivore completions bash); COMP_WORDS=({words}); \
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9; \
             _clap_complete_trivore trivore; echo \"${{COMPREPLY[@]}}\""
        );
        let finished = finish(bash.args(["-c", &script]));
        assert!(finished.stdout.contains(expected), "{words}: {finished:?}");
    }
}

#[test]
fn bash_completes_values_after_an_equals_sign() {
    let home = home();
    let Some(mut bash) = shell("bash", &home) else { return };
    let bash = bash.args(["--norc", "--noprofile", "-i"]);
    let mut terminal = Terminal::run(bash.env("PS1", "ready> ").env("TERM", "xterm"), 30, 100);
    terminal.wait_for("ready>");
    terminal.press("source <(trivore completions bash)\r");
    for (typed, expected) in [
        ("trivore --profile=prod", "trivore --profile=production"),
        ("trivore whoami --profile=", "trivore whoami --profile=production"),
        ("trivore --output=nd", "trivore --output=ndjson"),
        ("trivore users import x --on-exists=sk", "trivore users import x --on-exists=skip"),
        ("trivore --profile prod", "trivore --profile production"),
    ] {
        // Ctrl-U and Ctrl-L: an empty line on an empty screen.
        terminal.press("\x15\x0c");
        terminal.press(&format!("echo; {typed}\t"));
        terminal.wait_for(&format!("ready> echo; {expected}"));
    }
    terminal.press("\x15exit\r");
    assert_eq!(terminal.finish().0, 0);
}

#[test]
fn fish_completes_commands_and_profiles() {
    let home = home();
    for (words, expected) in COMPLETED {
        let Some(mut fish) = shell("fish", &home) else { return };
        let script = format!("trivore completions fish | source; complete --do-complete '{words}'");
        let finished = finish(fish.args(["--no-config", "-c", &script]));
        let first = finished.stdout.split_whitespace().next();
        assert_eq!(first, Some(expected), "{words}: {finished:?}");
    }
}

#[test]
fn zsh_completes_commands_and_profiles() {
    let home = home();
    let Some(mut zsh) = shell("zsh", &home) else { return };
    let mut terminal = Terminal::run(zsh.args(["-f", "-i"]).env("PS1", "ready> "), 30, 100);
    terminal.wait_for("ready>");
    terminal
        .press("autoload -Uz compinit && compinit -u -D && source <(trivore completions zsh)\r");
    terminal.press("echo is-$((40 + 2))\r");
    terminal.wait_for("is-42");
    for (words, expected) in COMPLETED {
        // Ctrl-U and Ctrl-L: an empty line on an empty screen.
        terminal.press("\x15\x0c");
        terminal.press(&format!("{words}\t"));
        let typed = words.rsplit(' ').next().unwrap();
        terminal.wait_for(&words.replace(typed, expected));
    }
    terminal.press("\x15exit\r");
    assert_eq!(terminal.finish().0, 0);
}

#[test]
fn each_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("man");
    let arguments = ["man", "--dir", dir.to_str().unwrap()];
    assert_eq!(finish(&mut without_connection(home.path(), &arguments)).code, 0);
    let help = finish(&mut without_connection(home.path(), &["users", "--help"])).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let names: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"list") && names.len() > 20, "{names:?}");
    for name in names.into_iter().filter(|name| *name != "help") {
        assert!(dir.join(format!("trivore-users-{name}.1")).exists(), "{name}");
    }
    for page in ["trivore.1", "trivore-api.1", "trivore-sandbox-stop.1"] {
        assert!(dir.join(page).exists(), "{page}");
    }
}
