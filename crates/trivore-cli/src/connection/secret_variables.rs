//! Variables with secrets, which other programs need not know.

use std::process::Command;

use super::config_file::ConfigFile;
use super::secret_source::SecretSource;
use crate::known_secrets::remember_secret;

/// Starts a program without the variables in which this one finds secrets.
pub(crate) fn remove_secrets(command: &mut Command) {
    for name in VARIABLES {
        command.env_remove(name);
    }
    // An invalid file names no variables, and is reported where it is needed.
    let profiles = ConfigFile::load().map(|file| file.profiles).unwrap_or_default();
    for (_, source) in profiles.iter().flat_map(|profile| profile.sign_in.secrets()) {
        if let SecretSource::Variable(name) = source {
            command.env_remove(name);
        }
    }
}

/// Remembers the secrets that the SDK finds in variables.
pub(super) fn remember_variables() {
    for value in VARIABLES.iter().filter_map(|name| std::env::var(name).ok()) {
        remember_secret(&value);
    }
}

/// The variables of the SDK with secrets.
const VARIABLES: [&str; 4] = [
    "TRIVORE_MGMTAPI_SECRET",
    "TRIVORE_OIDC_CLIENT_SECRET",
    "TRIVORE_PASSWORD",
    "TRIVORE_ACCESS_TOKEN",
];
