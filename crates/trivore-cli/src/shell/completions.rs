//! `trivore completions`.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::write_stdout;

/// Writes the completions of a shell, which also complete the names of profiles.
///
/// The shell calls this program to complete, so they need not be written again for a new version.
#[derive(Args)]
#[command(after_help = "Examples:
  source <(trivore completions bash)                                       in ~/.bashrc
  source <(trivore completions zsh)                                        in ~/.zshrc
  trivore completions fish > ~/.config/fish/completions/trivore.fish")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub(crate) fn run(self, _: &Context) -> Result<(), Failure> {
        let name = match self.shell {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        };
        let mut script = Vec::new();
        if let Some(shell) = Shells::builtins().completer(name) {
            shell
                .write_registration("COMPLETE", "trivore", "trivore", "trivore", &mut script)
                .map_err(Failure::output)?;
        }
        write_stdout(&script)
    }
}
