//! The help of every command.

use std::fmt::Write as _;
use std::path::Path;

use crate::installation::{finish, without_connection};

#[test]
fn every_command_has_help_with_examples() {
    let mut all = String::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let help = help(&path);
        let commands = commands(&help);
        let name = path.join(" ");
        assert!(!commands.is_empty() || help.contains("Example"), "trivore {name}: no examples");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "trivore {name}: long lines");
        writeln!(all, "==== {}\n", format!("trivore {name}").trim_end()).unwrap();
        for line in help.lines() {
            writeln!(all, "{}", line.trim_end()).unwrap();
        }
        let inner = commands.into_iter().rev();
        waiting.extend(inner.map(|command| [path.clone(), vec![command]].concat()));
    }
    insta::assert_snapshot!(all);
}

fn help(path: &[String]) -> String {
    let arguments = path.iter().map(String::as_str).chain(["--help"]);
    let arguments: Vec<_> = arguments.collect();
    let finished = finish(&mut without_connection(Path::new("/nowhere"), &arguments));
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{arguments:?}");
    finished.stdout
}

/// The names of the commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| line.starts_with("  "));
    let commands = list.filter(|line| !line.starts_with("   "));
    let names = commands.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
