//! All commands, as the help of the program lists them.

use std::path::Path;

use crate::installation::{finish, without_connection};

/// A command, as its words after the name of the program, and its help.
pub(crate) struct Command {
    pub(crate) path: Vec<String>,
    pub(crate) help: String,
}

impl Command {
    /// The names of the commands that it has.
    pub(crate) fn inner(&self) -> Vec<String> {
        let list = self.help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let list = list.take_while(|line| line.starts_with("  "));
        let commands = list.filter(|line| !line.starts_with("   "));
        let names = commands.filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    }

    /// Whether it does something itself.
    pub(crate) fn is_runnable(&self) -> bool {
        let usage = self.help.lines().find(|line| line.starts_with("Usage:"));
        !usage.unwrap().ends_with("<COMMAND>")
    }
}

/// Returns the program and all commands, each before those that it has.
pub(crate) fn all() -> Vec<Command> {
    let mut all = Vec::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let command = Command { help: help(&path), path };
        let inner = command.inner().into_iter().rev();
        waiting.extend(inner.map(|name| [command.path.clone(), vec![name]].concat()));
        all.push(command);
    }
    all
}

fn help(path: &[String]) -> String {
    let arguments = path.iter().map(String::as_str).chain(["--help"]);
    let arguments: Vec<_> = arguments.collect();
    let finished = finish(&mut without_connection(Path::new("/nowhere"), &arguments));
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{arguments:?}");
    finished.stdout
}
