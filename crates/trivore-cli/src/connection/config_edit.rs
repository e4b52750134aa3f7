//! Changes of the configuration file that keep its comments.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use toml_edit::{DocumentMut, Item, Table, Value};

use super::config_file::ConfigFile;
use crate::failure::{Failure, FailureKind};
use crate::private_file::{create_private_folder, write_private};

/// The configuration file, to change it.
pub(crate) struct ConfigEdit {
    path: PathBuf,
    document: DocumentMut,
    /// Comments at the begin of the file, whose key was removed.
    begin: String,
    /// Keeps other processes from changing the file meanwhile.
    _lock: Option<File>,
}

impl ConfigEdit {
    /// Reads the file, which must be valid and may be missing.
    pub(crate) fn open() -> Result<Self, Failure> {
        let lock = lock(&ConfigFile::path()?)?;
        let path = ConfigFile::load()?.path;
        let text = ConfigFile::text(&path)?.unwrap_or_default();
        let document = text.parse().map_err(|_error| failed(&path, "it is not valid"))?;
        Ok(Self { path, document, begin: String::new(), _lock: lock })
    }

    /// Sets the keys of a profile; `None` removes a key.
    pub(crate) fn set_profile(&mut self, name: &str, keys: &[(&str, Option<Value>)]) {
        let root = self.document.as_table_mut();
        let profiles = root.entry("profile").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(profiles) = profiles.as_table_like_mut() else { return };
        if !profiles.contains_key(name) {
            profiles.insert(name, Item::Table(Table::new()));
        }
        let profile = profiles.get_mut(name).and_then(Item::as_table_like_mut);
        let Some(profile) = profile else { return };
        for (key, value) in keys {
            match (value, profile.get_mut(key)) {
                (Some(value), Some(item)) => replace(item, value.clone()),
                (Some(value), None) => {
                    profile.insert(key, Item::Value(value.clone()));
                }
                (None, _) => {
                    profile.remove(key);
                }
            }
        }
    }

    pub(crate) fn has_profile(&self, name: &str) -> bool {
        self.profile(name).is_some()
    }

    /// Whether a profile has the path of a properties file, and nothing else.
    pub(crate) fn has_only_properties(&self, name: &str, path: &str) -> bool {
        let profile = self.profile(name).and_then(Item::as_table_like);
        profile.is_some_and(|keys| {
            keys.len() == 1 && keys.get("properties").and_then(Item::as_str) == Some(path)
        })
    }

    fn profile(&self, name: &str) -> Option<&Item> {
        self.document.get("profile").and_then(Item::as_table_like)?.get(name)
    }

    /// Removes a profile; the default profile, too, if it is this one.
    pub(crate) fn remove_profile(&mut self, name: &str) {
        let profiles = self.document.get_mut("profile").and_then(Item::as_table_like_mut);
        if let Some(profiles) = profiles {
            profiles.remove(name);
        }
        if self.default_profile() == Some(name) {
            let removed = self.document.remove_entry("default-profile");
            let comments =
                removed.as_ref().and_then(|(key, _)| key.leaf_decor().prefix()?.as_str());
            comments.unwrap_or_default().clone_into(&mut self.begin);
        }
    }

    pub(crate) fn default_profile(&self) -> Option<&str> {
        self.document.get("default-profile").and_then(Item::as_str)
    }

    pub(crate) fn set_default(&mut self, name: &str) {
        match self.document.get_mut("default-profile") {
            Some(item) => replace(item, name.into()),
            None => {
                self.document.insert("default-profile", toml_edit::value(name));
            }
        }
    }

    /// Replaces the file, or leaves it as it is.
    pub(crate) fn save(self) -> Result<(), Failure> {
        write_private(&self.path, &format!("{}{}", self.begin, self.document))
            .map_err(|error| failed(&self.path, &error.to_string()))
    }
}

/// Replaces a value, with the comment beside it kept.
fn replace(item: &mut Item, mut value: Value) {
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

/// Waits until no other process changes the file.
fn lock(path: &Path) -> Result<Option<File>, Failure> {
    let path = path.with_file_name("config.lock");
    let opened = create_private_folder(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| OpenOptions::new().write(true).create(true).truncate(false).open(&path));
    let file = opened.map_err(|error| failed(&path, &error.to_string()))?;
    // Not all file systems have locks.
    Ok(FileExt::lock(&file).is_ok().then_some(file))
}

fn failed(path: &Path, reason: &str) -> Failure {
    let message = format!("cannot change {}: {reason}", path.display());
    Failure::new(FailureKind::Configuration, message)
}
