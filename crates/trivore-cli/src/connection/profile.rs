//! A profile: an installation, and how to sign in to it.

use std::path::{Path, PathBuf};

use toml_edit::TableLike;
use trivore::models::NamespaceCode;
use trivore::{Credentials, OidcClient, OidcGrant};

use super::profile_keys::{ProfileKeys, WrongKey};
use super::secret_source::SecretSource;
use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) sign_in: SignIn,
    /// Namespace of user names that are given without one.
    pub(crate) namespace: Option<NamespaceCode>,
    pub(crate) allow_plain_http: bool,
    /// A file with certificates that are trusted, besides those of the system.
    pub(crate) ca_certificate: Option<PathBuf>,
}

/// The address and the kind of credentials.
#[derive(Debug)]
pub(crate) enum SignIn {
    /// A properties file of the vendor's SDKs has both.
    Properties(PathBuf),
    Client {
        address: String,
        id: String,
        secret: SecretSource,
    },
    OidcClient {
        address: String,
        id: String,
        secret: SecretSource,
    },
    User {
        address: String,
        client: String,
        /// A public client has none.
        secret: Option<SecretSource>,
        username: String,
        password: SecretSource,
    },
    Token {
        address: String,
        token: SecretSource,
    },
}

impl Profile {
    /// Reads a profile; relative paths are those from `folder`.
    pub(super) fn read(name: &str, table: &dyn TableLike, folder: &Path) -> Result<Self, WrongKey> {
        let keys = ProfileKeys::read(table)?;
        let sources = Sources { keys: &keys, name, folder };
        Ok(Self {
            name: name.to_owned(),
            sign_in: sources.sign_in()?,
            namespace: keys.text("namespace").map(NamespaceCode::from),
            allow_plain_http: keys.is_set("allow-plain-http"),
            ca_certificate: keys.text("ca-certificate").map(|path| path_in(folder, path)),
        })
    }
}

impl SignIn {
    /// Reads all secrets; returns the address, if it is not in a properties file.
    pub(super) fn credentials(&self) -> Result<Credentials, Failure> {
        Ok(match self {
            // The SDK reads them.
            Self::Properties(_) => Credentials::bearer(""),
            Self::Client { id, secret, .. } => {
                Credentials::basic(id, &secret.read(&format!("the secret of the client {id}"))?)
            }
            Self::OidcClient { id, secret, .. } => {
                let secret = secret.read(&format!("the secret of the client {id}"))?;
                Credentials::token(OidcGrant::client_credentials(OidcClient::new(id, &secret)))
            }
            Self::User { client, secret, username, password, .. } => {
                let client = match secret {
                    Some(secret) => {
                        let secret = secret.read(&format!("the secret of the client {client}"))?;
                        OidcClient::new(client, &secret)
                    }
                    None => OidcClient::public(client),
                };
                let password = password.read(&format!("the password of {username}"))?;
                Credentials::token(OidcGrant::password(client, username, &password))
            }
            Self::Token { token, .. } => Credentials::bearer(&token.read("the access token")?),
        })
    }

    /// The sources of all secrets, with the prefixes of their keys.
    pub(crate) fn secrets(&self) -> Vec<(&'static str, &SecretSource)> {
        match self {
            Self::Properties(_) => Vec::new(),
            Self::Client { secret, .. } | Self::OidcClient { secret, .. } => {
                vec![("secret", secret)]
            }
            Self::User { secret, password, .. } => {
                let secret = secret.iter().map(|secret| ("secret", secret));
                secret.chain([("password", password)]).collect()
            }
            Self::Token { token, .. } => vec![("token", token)],
        }
    }

    pub(crate) fn address(&self) -> Option<&str> {
        match self {
            Self::Properties(_) => None,
            Self::Client { address, .. }
            | Self::OidcClient { address, .. }
            | Self::User { address, .. }
            | Self::Token { address, .. } => Some(address),
        }
    }

    /// The kind of credentials, and whose they are.
    pub(crate) fn described(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Properties(_) => ("properties file", None),
            Self::Client { id, .. } => ("Management API client", Some(id)),
            Self::OidcClient { id, .. } => ("OpenID Connect client", Some(id)),
            Self::User { username, .. } => ("user", Some(username)),
            Self::Token { .. } => ("access token", None),
        }
    }
}

/// Reads the kind of credentials from the keys.
struct Sources<'a> {
    keys: &'a ProfileKeys,
    name: &'a str,
    folder: &'a Path,
}

impl Sources<'_> {
    fn sign_in(&self) -> Result<SignIn, WrongKey> {
        let text = |key| self.keys.text(key).map(str::to_owned);
        if let Some(path) = self.keys.text("properties") {
            for key in ["address", "client-id", "oidc-client-id", "username"] {
                self.no(key, "`properties` names a file with address and credentials")?;
            }
            for prefix in ["secret", "password", "token"] {
                self.no_secret(prefix, "`properties` names a file with address and credentials")?;
            }
            return Ok(SignIn::Properties(path_in(self.folder, path)));
        }
        let address = text("address").ok_or_else(|| self.missing("address"))?;
        if let Some(token) = self.secret("token")? {
            for key in ["client-id", "oidc-client-id", "username"] {
                self.no(key, "the profile has an access token")?;
            }
            for prefix in ["secret", "password"] {
                self.no_secret(prefix, "the profile has an access token")?;
            }
            return Ok(SignIn::Token { address, token });
        }
        let secret = self.secret("secret")?;
        if let Some(username) = text("username") {
            self.no("client-id", "a user signs in through `oidc-client-id`")?;
            let client = text("oidc-client-id").ok_or_else(|| self.missing("oidc-client-id"))?;
            let password = self.secret("password")?.unwrap_or(SecretSource::Terminal);
            return Ok(SignIn::User { address, client, secret, username, password });
        }
        self.no_secret("password", "there is no `username`")?;
        let secret = secret.unwrap_or(SecretSource::Terminal);
        match (text("client-id"), text("oidc-client-id")) {
            (Some(id), None) => Ok(SignIn::Client { address, id, secret }),
            (None, Some(id)) => Ok(SignIn::OidcClient { address, id, secret }),
            (Some(_), Some(_)) => Err(WrongKey {
                key: "oidc-client-id".to_owned(),
                message: "`oidc-client-id` and `client-id` exclude each other".to_owned(),
            }),
            (None, None) => Err(self.missing("client-id")),
        }
    }

    /// The source of a secret by its keys; at most one of them may be there.
    fn secret(&self, prefix: &str) -> Result<Option<SecretSource>, WrongKey> {
        let [file, variable, keyring] =
            ["file", "env", "keyring"].map(|suffix| format!("{prefix}-{suffix}"));
        let sources = [
            self.keys
                .text(&file)
                .map(|path| (&file, SecretSource::File(path_in(self.folder, path)))),
            self.keys
                .text(&variable)
                .map(|name| (&variable, SecretSource::Variable(name.to_owned()))),
            self.keys
                .is_set(&keyring)
                .then(|| (&keyring, SecretSource::Keyring(keyring_name(self.name, prefix)))),
        ];
        let mut sources = sources.into_iter().flatten();
        let first = sources.next();
        match (first, sources.next()) {
            (Some((first, _)), Some((key, _))) => Err(WrongKey {
                key: key.clone(),
                message: format!("`{key}` and `{first}` exclude each other"),
            }),
            (first, _) => Ok(first.map(|(_, source)| source)),
        }
    }

    fn no_secret(&self, prefix: &str, reason: &str) -> Result<(), WrongKey> {
        for suffix in ["file", "env", "keyring"] {
            self.no(&format!("{prefix}-{suffix}"), reason)?;
        }
        Ok(())
    }

    fn no(&self, key: &str, reason: &str) -> Result<(), WrongKey> {
        if self.keys.text(key).is_none() && !self.keys.is_set(key) {
            return Ok(());
        }
        Err(WrongKey { key: key.to_owned(), message: format!("`{key}` has no use: {reason}") })
    }

    fn missing(&self, key: &str) -> WrongKey {
        let message = format!("the profile {} has no `{key}`", self.name);
        WrongKey { key: String::new(), message }
    }
}

/// The name under which the keyring has a secret of a profile.
pub(crate) fn keyring_name(profile: &str, prefix: &str) -> String {
    format!("{profile}/{prefix}")
}

/// A path of the configuration file, with `~` for the home directory.
fn path_in(folder: &Path, path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), etcetera::home_dir()) {
        (Some(rest), Ok(home)) if home.is_absolute() => home.join(rest),
        _ => folder.join(path),
    }
}
