//! `trivore logout`.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::login::secret_file;
use crate::connection::{
    ConfigEdit, ConfigFile, Keyring, SecretSource, keyring_name, profile_names,
};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::private_file;

/// Removes a profile, and its secret from the keyring or from the file that `trivore login` made.
///
/// Other files that the profile names are kept.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore logout
  trivore logout production --yes")]
pub(crate) struct Logout {
    /// Name of the profile [default: that of --profile, or the default profile].
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(profile_names))]
    name: Option<String>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Logout {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let file = ConfigFile::load()?;
        let default = file.default_profile.clone();
        let name = self.name.or_else(|| context.global.profile.clone()).or(default);
        let Some(name) = name else {
            return Err(Failure::new(FailureKind::Configuration, "there is no default profile")
                .note("Name the profile to remove."));
        };
        let profile = file.into_profile(&name, "the command names")?;
        let question = format!("Remove the profile {name} and its stored secret?");
        if !self.yes && !context.confirm(&question, "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was removed"));
        }
        // The secret first: a profile without a secret can be removed again, but not vice versa.
        for (prefix, source) in profile.sign_in.secrets() {
            match source {
                SecretSource::Keyring(_) => {
                    Keyring::remove(&keyring_name(&name, prefix))?;
                }
                SecretSource::File(path) if *path == secret_file(&name)? => {
                    private_file::remove(path)?;
                }
                _ => {}
            }
        }
        let mut edit = ConfigEdit::open()?;
        edit.remove_profile(&name);
        edit.save()?;
        context.tell(format_args!("Removed the profile {name}."));
        Ok(())
    }
}
