//! Options that all commands have.

use std::path::PathBuf;

use clap::{Args, ColorChoice};
use clap_complete::ArgValueCompleter;

use crate::connection::profile_names;
use crate::output::Format;

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Use this profile of the configuration file [env: `TRIVORE_PROFILE`].
    // The variable is not read here, since --properties takes precedence over it.
    #[arg(long, short = 'p', global = true, value_name = "NAME")]
    #[arg(add = ArgValueCompleter::new(profile_names))]
    pub(crate) profile: Option<String>,
    /// Use this properties file of the vendor's SDKs instead of a profile.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "profile")]
    pub(crate) properties: Option<PathBuf>,
    /// Write results in this format [default: table on a terminal, else json].
    #[arg(long, short, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Write only these fields, by their JSON names with dots, such as name.givenName.
    #[arg(long, global = true, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) columns: Option<Vec<String>>,
    /// Show personal codes in tables.
    #[arg(long, global = true)]
    pub(crate) show_secrets: bool,
    /// When to use colors; the variable `NO_COLOR` turns them off, too.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    /// Write no messages about what is done, only results and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Write what is sent, without secrets, to standard error.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Append what is sent, without secrets, to this file as JSON lines.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

impl GlobalOptions {
    /// Makes the streams follow `--color`.
    pub(crate) fn apply_color(&self) {
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
