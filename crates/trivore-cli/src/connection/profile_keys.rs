//! The keys of a profile in the configuration file.

use std::collections::BTreeMap;

use toml_edit::TableLike;

use crate::nearest::nearest;

/// The values of a profile, of the right types.
#[derive(Default)]
pub(super) struct ProfileKeys {
    texts: BTreeMap<&'static str, String>,
    flags: BTreeMap<&'static str, bool>,
}

/// What is wrong with a key; the message has no value, which may be secret.
pub(super) struct WrongKey {
    pub(super) key: String,
    pub(super) message: String,
}

impl ProfileKeys {
    pub(super) fn read(table: &dyn TableLike) -> Result<Self, WrongKey> {
        let mut keys = Self::default();
        for (key, item) in table.iter() {
            let wrong = |message| WrongKey { key: key.to_owned(), message };
            if SECRETS.contains(&key) {
                return Err(wrong(format!(
                    "`{key}` is refused: this file never contains a secret. Use secret-file, \
                     secret-env or secret-keyring (password-..., token-...), or run `trivore login`",
                )));
            }
            if let Some(name) = TEXTS.iter().find(|name| **name == key) {
                let text = item.as_str().filter(|text| !text.trim().is_empty());
                let text =
                    text.ok_or_else(|| wrong(format!("`{key}` must be a string with text")))?;
                keys.texts.insert(name, text.to_owned());
            } else if let Some(name) = FLAGS.iter().find(|name| **name == key) {
                let flag = item.as_bool();
                let flag = flag.ok_or_else(|| wrong(format!("`{key}` must be true or false")))?;
                keys.flags.insert(name, flag);
            } else {
                let known = TEXTS.into_iter().chain(FLAGS);
                return Err(wrong(unknown(key, known)));
            }
        }
        Ok(keys)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    pub(super) fn is_set(&self, key: &str) -> bool {
        self.flags.get(key).copied().unwrap_or_default()
    }
}

/// What to say about a key that is not known.
pub(super) fn unknown<'a>(key: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(key, known.clone()) {
        Some(name) => format!("unknown key `{key}`; did you mean `{name}`?"),
        None => format!("unknown key `{key}`; known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

const TEXTS: [&str; 13] = [
    "address",
    "client-id",
    "oidc-client-id",
    "username",
    "namespace",
    "properties",
    "ca-certificate",
    "secret-file",
    "secret-env",
    "password-file",
    "password-env",
    "token-file",
    "token-env",
];

const FLAGS: [&str; 4] =
    ["secret-keyring", "password-keyring", "token-keyring", "allow-plain-http"];

const SECRETS: [&str; 6] =
    ["client-secret", "secret", "oidc-client-secret", "password", "access-token", "token"];
