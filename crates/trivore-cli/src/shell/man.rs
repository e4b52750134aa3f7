//! `trivore man`.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::write_stdout;

/// Writes manual pages: that of the program, or one for each command into a folder.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore man | man -l -
  trivore man --dir ~/.local/share/man/man1 && man trivore-users-list")]
pub(crate) struct Man {
    /// Write one page for each command into this folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let command = (context.command_line)().disable_help_subcommand(true);
        let Some(dir) = self.dir else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(Failure::output)?;
            return write_stdout(&page);
        };
        fs::create_dir_all(&dir).and_then(|()| clap_mangen::generate_to(command, &dir)).map_err(
            |error| Failure::io(format_args!("cannot write to {}", dir.display()), error),
        )?;
        context.tell(format_args!("Wrote the pages to {}.", dir.display()));
        Ok(())
    }
}
