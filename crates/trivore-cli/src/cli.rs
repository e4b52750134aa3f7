//! The command line as a whole.

use clap::Parser;

use crate::command::Command;
use crate::global_options::GlobalOptions;

/// Manages the users of a Trivore ID installation.
#[derive(Parser)]
#[command(name = "trivore", version, max_term_width = 100, after_long_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0    Everything was done.
  1    The command failed, and nothing more specific applies.
  2    The command line, a filter or an input file is invalid; nothing was sent.
  3    There is no profile, or the service does not accept its credentials.
  4    What was named does not exist, or several things have the name.
  5    The service refused the request.
  6    A request failed, and it is unknown whether it was applied.
  7    The service could not be reached, or it failed; nothing was applied.
  8    Some items of many failed, or their outcome is unknown.
  130  The command was interrupted.

Examples:
  trivore sandbox --detach
  trivore users list --filter 'username sw \"jane\"'
  trivore users get customers/jane --output json";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
