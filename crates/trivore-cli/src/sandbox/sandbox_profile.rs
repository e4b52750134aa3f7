//! The profile of the sandbox.

use std::fs;

use super::facts::{NAME, SandboxFacts, usual_properties};
use super::sandbox_options::SandboxOptions;
use crate::connection::{ConfigEdit, config_folder};
use crate::failure::Failure;
use crate::private_file::create_private_folder;

/// The profile, which is there while the sandbox runs.
pub(super) struct SandboxProfile {
    facts: SandboxFacts,
    edit: ConfigEdit,
}

impl SandboxProfile {
    /// Prepares the profile; nothing is stored.
    ///
    /// # Errors
    ///
    /// The user has a profile of the same name.
    pub(super) fn prepare(options: &SandboxOptions) -> Result<Self, Failure> {
        let folder = config_folder()?;
        let failed = |error| Failure::io(format_args!("cannot use {}", folder.display()), error);
        create_private_folder(&folder).map_err(failed)?;
        let usual = SandboxFacts::usual()?;
        let properties = match &options.properties {
            Some(path) => std::path::absolute(path).map_err(failed)?.to_string_lossy().into_owned(),
            None => usual.properties.clone(),
        };
        let profile = options.profile.clone().unwrap_or_else(|| NAME.to_owned());
        let mut edit = ConfigEdit::open()?;
        // Of one that was killed.
        if let Some(earlier) = SandboxFacts::read()? {
            remove_profile(&mut edit, &earlier);
        }
        let is_own = edit.has_only_properties(&profile, &properties)
            || edit.has_only_properties(&profile, &usual.properties);
        if edit.has_profile(&profile) && !is_own {
            let message = format!("there is a profile `{profile}` that the sandbox did not make");
            let note = "Name another one for the sandbox: `trivore sandbox --profile NAME`.";
            return Err(Failure::usage(message).note(note));
        }
        let earlier_default = edit.default_profile().map(str::to_owned);
        let options = options.checksum();
        Ok(Self { facts: SandboxFacts { profile, properties, earlier_default, options }, edit })
    }

    /// Stores the profile; the default one if there is none, or if asked for.
    pub(super) fn store(self, is_default: bool) -> Result<SandboxFacts, Failure> {
        let Self { facts, mut edit } = self;
        facts.write()?;
        edit.set_profile(&facts.profile, &[("properties", Some(facts.properties.clone().into()))]);
        if is_default || facts.earlier_default.is_none() {
            edit.set_default(&facts.profile);
        }
        edit.save()?;
        Ok(facts)
    }

    /// Removes the profile and the credentials, which are of no use any more.
    ///
    /// Returns whether a profile of the same name is kept, since it is no longer that of the
    /// sandbox.
    pub(super) fn remove(facts: &SandboxFacts) -> Result<bool, Failure> {
        // If the file is not there, there is nothing to remove.
        let _ = fs::remove_file(usual_properties()?);
        let mut edit = ConfigEdit::open()?;
        let is_removed = remove_profile(&mut edit, facts);
        let is_kept = edit.has_profile(&facts.profile);
        if is_removed {
            edit.save()?;
        }
        SandboxFacts::forget()?;
        Ok(is_kept)
    }
}

/// Removes the profile if it is that of the sandbox; the default profile is the earlier one again.
fn remove_profile(edit: &mut ConfigEdit, facts: &SandboxFacts) -> bool {
    let is_own = edit.has_only_properties(&facts.profile, &facts.properties);
    if is_own {
        if let Some(earlier) = &facts.earlier_default
            && edit.default_profile() == Some(&facts.profile)
            && edit.has_profile(earlier)
        {
            edit.set_default(earlier);
        }
        edit.remove_profile(&facts.profile);
    }
    is_own
}
