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
  5    The service refused the request, or a part of it.
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
    use clap::{Command, CommandFactory as _};

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_has_the_name_of_a_global_one() {
        let cli = Cli::command();
        let global: Vec<_> = cli.get_arguments().filter(|it| it.is_global_set()).collect();
        for_each_command(&cli, &mut |path, command| {
            for argument in command.get_arguments().filter(|it| !it.is_global_set()) {
                let is_taken = |other: &&&clap::Arg| {
                    other.get_id() == argument.get_id()
                        || other.get_short().is_some() && other.get_short() == argument.get_short()
                };
                let taken = global.iter().find(is_taken);
                assert!(taken.is_none(), "{path}: {}", argument.get_id());
            }
        });
    }

    fn for_each_command(command: &Command, check: &mut impl FnMut(&str, &Command)) {
        fn visit(path: &str, command: &Command, check: &mut impl FnMut(&str, &Command)) {
            for inner in command.get_subcommands() {
                let path = format!("{path} {}", inner.get_name());
                check(&path, inner);
                visit(&path, inner, check);
            }
        }
        visit("trivore", command, check);
    }
}
