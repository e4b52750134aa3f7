//! The keyring of the system.

use crate::failure::{Failure, FailureKind};

/// The keyring of the system, where there is one: the secret service, the keychain or the
/// credential manager.
pub(crate) struct Keyring;

#[cfg(feature = "keyring")]
impl Keyring {
    pub(super) fn read(name: &str) -> Result<String, Failure> {
        entry(name)
            .and_then(|entry| entry.get_password())
            .map_err(|error| failure("read the secret from", &error))
    }

    pub(crate) fn write(name: &str, secret: &str) -> Result<(), Failure> {
        entry(name)
            .and_then(|entry| entry.set_password(secret))
            .map_err(|error| failure("store the secret in", &error))
    }

    /// Removes a secret; returns whether there was one.
    pub(crate) fn remove(name: &str) -> Result<bool, Failure> {
        match entry(name).and_then(|entry| entry.delete_credential()) {
            Ok(()) => Ok(true),
            Err(::keyring::v1::Error::NoEntry) => Ok(false),
            Err(error) => Err(failure("remove the secret from", &error)),
        }
    }

    pub(crate) fn is_there() -> bool {
        ::keyring::v1::Entry::store_status().is_ok()
    }
}

#[cfg(feature = "keyring")]
fn entry(name: &str) -> ::keyring::v1::Result<::keyring::v1::Entry> {
    ::keyring::v1::Entry::new("trivore", name)
}

#[cfg(feature = "keyring")]
fn failure(what: &str, error: &::keyring::v1::Error) -> Failure {
    use ::keyring::v1::{Entry, Error};
    // Some errors quote what is stored.
    let reason = match (error, Entry::store_status()) {
        (Error::NoEntry, _) => "it has none for this profile; run `trivore login`".to_owned(),
        (_, Err(_)) => "there is no keyring service".to_owned(),
        (Error::NoStorageAccess(_), _) => "it is locked or not accessible".to_owned(),
        _ => "it failed".to_owned(),
    };
    refused(format!("cannot {what} the keyring: {reason}"))
}

#[cfg(not(feature = "keyring"))]
impl Keyring {
    pub(super) fn read(_: &str) -> Result<String, Failure> {
        Err(missing())
    }

    pub(crate) fn write(_: &str, _: &str) -> Result<(), Failure> {
        Err(missing())
    }

    /// Removes a secret; returns whether there was one.
    pub(crate) fn remove(_: &str) -> Result<bool, Failure> {
        Err(missing())
    }

    pub(crate) fn is_there() -> bool {
        false
    }
}

#[cfg(not(feature = "keyring"))]
fn missing() -> Failure {
    refused("this program was built without the feature `keyring`".to_owned())
}

fn refused(message: String) -> Failure {
    Failure::new(FailureKind::Configuration, message)
        .note("Other ways: secret-file (a file with the mode 0600) or secret-env in the profile.")
}
