//! The editor of the person at the terminal.

use std::env;
use std::process::Command;

use crate::connection::remove_secrets;
use crate::failure::{Failure, FailureKind};

/// A command that edits a file.
pub(crate) struct Editor(Vec<String>);

impl Editor {
    /// Takes the editor of the environment: `VISUAL`, else `EDITOR`, else on a terminal `vi`.
    ///
    /// # Errors
    ///
    /// The variable has quotes that do not end; there is neither a variable nor a terminal.
    pub(crate) fn from_env(is_interactive: bool) -> Result<Self, Failure> {
        let chosen = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
            let value = env::var(name).ok().filter(|value| !value.trim().is_empty());
            value.map(|value| (name, value))
        });
        if chosen.is_none() && !is_interactive {
            return Err(Failure::usage("there is no terminal to edit on")
                .note("Name a program that edits a file in the variable EDITOR."));
        }
        let (name, text) = chosen.unwrap_or(("EDITOR", "vi".to_owned()));
        let words = shell_words::split(&text).map_err(|error| {
            Failure::usage(format!("the variable {name} is not a command: {error}"))
        })?;
        Ok(Self(words))
    }

    /// Runs the editor until the person closes it.
    ///
    /// # Errors
    ///
    /// It cannot be started, or says that it failed.
    pub(crate) fn edit(&self, path: &std::path::Path) -> Result<(), Failure> {
        let (program, arguments) =
            self.0.split_first().ok_or_else(|| Failure::usage("the variable EDITOR is empty"))?;
        let mut command = Command::new(program);
        remove_secrets(&mut command);
        let status = command.args(arguments).arg(path).status().map_err(|error| {
            Failure::io(format_args!("cannot start the editor `{program}`"), error)
                .note("Name another one in the variable EDITOR.")
        })?;
        if status.success() {
            return Ok(());
        }
        let message = format!("the editor `{program}` failed ({status}); nothing was changed");
        Err(Failure::new(FailureKind::Other, message))
    }
}
