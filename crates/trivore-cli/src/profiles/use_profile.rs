//! `trivore profiles use`.

use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::connection::{ConfigEdit, ConfigFile, profile_names};
use crate::context::Context;
use crate::failure::Failure;

/// Makes a profile the default.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore profiles use production")]
pub(crate) struct Use {
    /// Name of the profile.
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(profile_names))]
    name: String,
}

impl Use {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        ConfigFile::load()?.into_profile(&self.name, "the command names")?;
        let mut edit = ConfigEdit::open()?;
        edit.set_default(&self.name);
        edit.save()?;
        context.tell(format_args!("{} is the default profile.", self.name));
        Ok(())
    }
}
