//! Which of the sources of address and credentials is used.

use std::path::PathBuf;

use super::config_file::{CREATE, ConfigFile};
use super::profile::Profile;
use crate::failure::{Failure, FailureKind};
use crate::global_options::GlobalOptions;

/// Where address and credentials come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A properties file that was named on the command line.
    Properties(PathBuf),
    /// Environment variables of the SDK.
    Environment,
    Profile(Box<Profile>),
}

impl Source {
    pub(super) fn is_profile(&self) -> bool {
        matches!(self, Self::Profile(_))
    }

    /// Selects `--properties`, then `--profile` or `TRIVORE_PROFILE`, then the environment, then
    /// the default profile.
    pub(super) fn select(options: &GlobalOptions) -> Result<Self, Failure> {
        if let Some(path) = &options.properties {
            return Ok(Self::Properties(path.clone()));
        }
        let profile = |name: &str, asked| {
            let profile = ConfigFile::load()?.into_profile(name, asked)?;
            Ok(Self::Profile(Box::new(profile)))
        };
        if let Some(name) = &options.profile {
            return profile(name, "--profile names");
        }
        if let Some(name) = variable("TRIVORE_PROFILE") {
            return profile(&name, "the variable TRIVORE_PROFILE names");
        }
        if set_variables().next().is_some() {
            return Ok(Self::Environment);
        }
        let file = ConfigFile::load()?;
        if let Some(name) = file.default_profile.clone() {
            let profile = file.into_profile(&name, "default-profile names")?;
            return Ok(Self::Profile(Box::new(profile)));
        }
        let names: Vec<_> = file.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let failure = Failure::new(FailureKind::Configuration, "no profile is selected");
        Err(if names.is_empty() {
            failure.note(CREATE)
        } else {
            failure.note(format!(
                "Name one with --profile, or make it the default with `trivore profiles use`: {}.",
                names.join(", ")
            ))
        })
    }
}

/// The variables of the SDK that are set.
pub(super) fn set_variables() -> impl Iterator<Item = &'static str> {
    VARIABLES.into_iter().filter(|name| variable(name).is_some())
}

/// Returns a variable that is not blank; one that is not Unicode is left to the SDK to refuse.
pub(super) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.trim().is_empty()).then_some(value)
}

/// The variables that the SDK reads.
const VARIABLES: [&str; 9] = [
    "TRIVORE_SERVICE_ADDRESS",
    "TRIVORE_MGMTAPI_ID",
    "TRIVORE_MGMTAPI_SECRET",
    "TRIVORE_OIDC_CLIENT_ID",
    "TRIVORE_OIDC_CLIENT_SECRET",
    "TRIVORE_USERNAME",
    "TRIVORE_PASSWORD",
    "TRIVORE_ACCESS_TOKEN",
    "TRIVORE_PROPERTIES",
];
