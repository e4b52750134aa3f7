//! The configuration file: profiles, and which one is the default.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap_complete::CompletionCandidate;
use toml_edit::{Document, TableLike};

use super::folders::config_folder;
use super::profile::Profile;
use super::profile_keys::{WrongKey, unknown};
use crate::failure::{Failure, FailureKind};
use crate::private_file::check_mode;

/// The configuration file, of which all is checked.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    pub(crate) default_profile: Option<String>,
    pub(crate) profiles: Vec<Profile>,
}

impl ConfigFile {
    /// Reads the configuration file, which may be missing.
    pub(crate) fn load() -> Result<Self, Failure> {
        let path = Self::path()?;
        match Self::text(&path)? {
            Some(text) => Self::parse(path, &text),
            None => Ok(Self { path, default_profile: None, profiles: Vec::new() }),
        }
    }

    pub(super) fn path() -> Result<PathBuf, Failure> {
        Ok(config_folder()?.join("config.toml"))
    }

    /// Returns the text of the file, if it exists.
    pub(super) fn text(path: &Path) -> Result<Option<String>, Failure> {
        let shown = path.display();
        let failed = |error| configuration(format!("cannot read {shown}: {error}"));
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
            Ok(metadata) => {
                // Who changes it decides where secrets are sent.
                check_mode(path, &metadata, 0o022, "others can change")?;
            }
        }
        fs::read_to_string(path).map(Some).map_err(failed)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, Failure> {
        let place = ConfigPlace { path: &path, text };
        let document = Document::parse(text)
            .map_err(|error| place.failure(error.span(), error.message().trim_end()))?;
        let root = document.as_table();
        let mut default_profile = None;
        let mut profiles = Vec::new();
        for (key, item) in root {
            let span = || root.key(key).and_then(toml_edit::Key::span);
            match key {
                "default-profile" => {
                    let name = item.as_str();
                    let wrong = || place.failure(span(), "`default-profile` must be a string");
                    default_profile = Some(name.ok_or_else(wrong)?.to_owned());
                }
                "profile" => {
                    let table = item.as_table_like();
                    let wrong = || place.failure(span(), "write a profile as [profile.NAME]");
                    profiles = place.profiles(table.ok_or_else(wrong)?)?;
                }
                _ => {
                    let known = ["default-profile", "profile"].into_iter();
                    return Err(place.failure(span(), &unknown(key, known)));
                }
            }
        }
        Ok(Self { path, default_profile, profiles })
    }

    /// Takes a profile out of the file; `asked` says where its name comes from.
    pub(crate) fn into_profile(self, name: &str, asked: &str) -> Result<Profile, Failure> {
        let Self { path, profiles, .. } = self;
        let names: Vec<_> = profiles.iter().map(|profile| profile.name.clone()).collect();
        profiles.into_iter().find(|profile| profile.name == name).ok_or_else(|| {
            let failure = configuration(format!("there is no profile {name:?}, which {asked}"));
            if names.is_empty() {
                return failure.note(format!("{} has no profiles.", path.display())).note(CREATE);
            }
            failure.note(format!("{} has the profiles {}.", path.display(), names.join(", ")))
        })
    }
}

/// Completes the name of a profile; an invalid file has none.
pub(crate) fn profile_names(current: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(file) = ConfigFile::load() else { return Vec::new() };
    let names = file.profiles.into_iter().map(|profile| profile.name);
    let begun = current.to_string_lossy();
    names.filter(|name| name.starts_with(&*begun)).map(CompletionCandidate::new).collect()
}

/// Says which line of the file is wrong.
struct ConfigPlace<'a> {
    path: &'a Path,
    text: &'a str,
}

impl ConfigPlace<'_> {
    fn profiles(&self, table: &dyn TableLike) -> Result<Vec<Profile>, Failure> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut profiles = Vec::new();
        for (name, item) in table.iter() {
            let span = || table.key(name).and_then(toml_edit::Key::span);
            let Some(keys) = item.as_table_like() else {
                return Err(self.failure(span(), "write a profile as [profile.NAME]"));
            };
            let profile = Profile::read(name, keys, folder).map_err(|WrongKey { key, message }| {
                let of_key = keys.key(&key).and_then(toml_edit::Key::span);
                self.failure(of_key.or_else(span), &message)
            });
            profiles.push(profile?);
        }
        Ok(profiles)
    }

    fn failure(&self, span: Option<Range<usize>>, message: &str) -> Failure {
        let before = span.and_then(|span| self.text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        configuration(format!("{}:{line}: {message}", self.path.display()))
    }
}

fn configuration(message: String) -> Failure {
    Failure::new(FailureKind::Configuration, message)
}

/// What to do if there is no profile.
pub(super) const CREATE: &str = "Make one with `trivore login`, or try `trivore sandbox --detach`.";
