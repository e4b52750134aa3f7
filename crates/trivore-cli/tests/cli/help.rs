//! The help of every command.

use std::fmt::Write as _;

use crate::commands::tree;

#[test]
fn every_command_has_help_with_examples() {
    let mut all = String::new();
    for command in tree::all() {
        let name = command.path.join(" ");
        let help = &command.help;
        let has_example = !command.inner().is_empty() || help.contains("Example");
        assert!(has_example, "trivore {name}: no examples");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "trivore {name}: long lines");
        writeln!(all, "==== {}\n", format!("trivore {name}").trim_end()).unwrap();
        for line in help.lines() {
            writeln!(all, "{}", line.trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!(all);
}
