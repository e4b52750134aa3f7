//! What all commands use: options, the connection and the output.

use std::io::{self, IsTerminal as _, Write as _};

use crate::connection::Connection;
use crate::failure::{Failure, tell};
use crate::global_options::GlobalOptions;
use crate::interrupt::end_at_interrupts;
use crate::output::{Output, ResultFields, printable};

pub(crate) struct Context {
    pub(crate) global: GlobalOptions,
    is_interactive: bool,
    /// Makes the description of the whole command line.
    pub(crate) command_line: fn() -> clap::Command,
}

impl Context {
    pub(crate) fn new(global: GlobalOptions) -> Self {
        let is_interactive = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { global, is_interactive, command_line: || clap::Command::new("trivore") }
    }

    /// Sets what describes the whole command line, for completions and manual pages.
    pub(crate) fn describe(self, command_line: fn() -> clap::Command) -> Self {
        Self { command_line, ..self }
    }

    /// Connects with the selected profile; nothing is sent.
    pub(crate) fn connect(&self) -> Result<Connection, Failure> {
        Connection::open(&self.global)
    }

    pub(crate) fn output(&self) -> Output {
        Output::new(&self.global)
    }

    /// Checks the columns of a result that has exactly these fields, before anything is sent.
    ///
    /// # Errors
    ///
    /// There is no such column.
    pub(crate) fn check_columns(&self, fields: &[&str]) -> Result<(), Failure> {
        self.output().checked(ResultFields::only(fields)).map(drop)
    }

    /// Writes a message about what was done to standard error, unless `--quiet` is set.
    pub(crate) fn tell(&self, message: impl std::fmt::Display) {
        if !self.global.quiet {
            tell(message);
        }
    }

    /// Whether a person can be asked.
    pub(crate) fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// Asks a question on the terminal, which is answered with yes or no.
    ///
    /// # Errors
    ///
    /// Nobody can be asked; `instead` names the option that makes the question unnecessary.
    pub(crate) fn confirm(&self, question: &str, instead: &str) -> Result<bool, Failure> {
        if !self.is_interactive() {
            return Err(Failure::usage(format!("{question} There is no terminal to ask on."))
                .note(format!("Confirm with {instead}.")));
        }
        let failed = |error| Failure::io("cannot ask on the terminal", error);
        end_at_interrupts();
        write!(anstream::stderr(), "{} [y/N] ", printable(question)).map_err(failed)?;
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(failed)?;
        Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}
