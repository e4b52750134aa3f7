//! `trivore login`.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::check::failure_of;
use super::profile_name::ProfileName;
use crate::connection::{
    ConfigEdit, ConfigFile, Connection, Keyring, Profile, SecretSource, SignIn, Source, ask_secret,
    config_folder, keyring_name, without_line_end,
};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::end_at_interrupts;
use crate::private_file::{self, write_private};

/// Signs in to an installation and stores a profile for it.
///
/// The secret is asked for without echo, or read from standard input, and the credentials are
/// checked before anything is stored. On a terminal, it asks before it replaces a profile for
/// another address or client. The secret is stored in the keyring of the system, or without
/// one in a file that only its owner can read; the configuration file never contains it.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore login
  trivore login --profile production --address https://id.example.com --namespace customers
  trivore login -p ci --address https://id.example.com --client-id 9939129297585525 --stdin < secret")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct Login {
    /// Address of the service.
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// Identifier of a Management API client.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Identifier of an OpenID Connect client, instead of a Management API client.
    #[arg(long, value_name = "ID", conflicts_with = "client_id")]
    oidc_client_id: Option<String>,
    /// Namespace of user names that are given without one.
    #[arg(long, value_name = "CODE")]
    namespace: Option<String>,
    /// Read the secret from standard input.
    #[arg(long)]
    stdin: bool,
    /// Store the secret in a file, even if there is a keyring.
    #[arg(long)]
    no_keyring: bool,
    /// Trust the certificates in this file (PEM), too.
    #[arg(long, value_name = "FILE")]
    ca_certificate: Option<PathBuf>,
    /// Send credentials over plain http to another machine, too.
    #[arg(long)]
    allow_plain_http: bool,
    /// Store the profile without checking it.
    #[arg(long)]
    no_check: bool,
    /// Make this profile the default one; the first one always is.
    #[arg(long)]
    default: bool,
}

impl Login {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let name = context.global.profile.as_deref().unwrap_or("default");
        let ProfileName(name) = name.parse().map_err(Failure::usage)?;
        // An invalid file is reported before anybody types a secret.
        let file = ConfigFile::load()?;
        let address = asked(context, self.address.clone(), "Address", "--address")?;
        let (key, id) = if let Some(id) = &self.oidc_client_id {
            ("oidc-client-id", id.clone())
        } else {
            let id = asked(context, self.client_id.clone(), "Client id", "--client-id")?;
            ("client-id", id)
        };
        let old = file.profiles.iter().find(|profile| profile.name == name);
        if let Some(old) = old.filter(|old| !is_for(old, &address, &id))
            && context.is_interactive()
        {
            let for_address = old.sign_in.address().unwrap_or("a properties file");
            let question = format!("The profile {name} is for {for_address}. Replace it?");
            if !context.confirm(&question, "another --profile")? {
                return Err(Failure::new(FailureKind::Other, "nothing was stored")
                    .note("Name another profile with --profile."));
            }
        }
        let old_secrets = old.into_iter().flat_map(|old| old.sign_in.secrets());
        let in_keyring = old_secrets.filter(|(_, it)| matches!(it, SecretSource::Keyring(_)));
        let in_keyring: Vec<_> = in_keyring.map(|(prefix, _)| prefix).collect();
        let secret = self.secret(context)?;
        let ca_certificate = match &self.ca_certificate {
            Some(path) => Some(std::path::absolute(path).map_err(|error| {
                Failure::io(format_args!("cannot find {}", path.display()), error)
            })?),
            None => None,
        };
        if !self.no_check {
            let given = SecretSource::Given(secret.clone().into());
            let (address, id) = (address.clone(), id.clone());
            let sign_in = match key {
                "client-id" => SignIn::Client { address, id, secret: given },
                _ => SignIn::OidcClient { address, id, secret: given },
            };
            let profile = Profile {
                name: name.clone(),
                sign_in,
                namespace: None,
                allow_plain_http: self.allow_plain_http,
                ca_certificate: ca_certificate.clone(),
            };
            let source = Source::Profile(Box::new(profile));
            let connection = Connection::from_source(source, &context.global)?;
            let report = connection.users().check().await;
            if let Some(failure) = failure_of(&report) {
                return Err(failure.note("Nothing was stored; --no-check stores it anyway."));
            }
        }
        let is_in_keyring = !self.no_keyring && Keyring::is_there();
        let mut file = None;
        if is_in_keyring {
            Keyring::write(&keyring_name(&name, "secret"), &secret)?;
        } else {
            let path = secret_file(&name)?;
            write_private(&path, &format!("{secret}\n")).map_err(|error| {
                Failure::io(format_args!("cannot write {}", path.display()), error)
            })?;
            file = Some(path);
        }
        let place =
            file.as_ref().map_or("the keyring".to_owned(), |path| path.display().to_string());
        let text = |path: PathBuf| path.to_string_lossy().into_owned().into();
        let mut edit = ConfigEdit::open()?;
        let mut keys = vec![("address", Some(address.as_str().into()))];
        for other in ["client-id", "oidc-client-id"] {
            keys.push((other, (other == key).then(|| id.as_str().into())));
        }
        if let Some(namespace) = self.namespace.as_deref() {
            keys.push(("namespace", Some(namespace.into())));
        }
        keys.push(("secret-file", file.map(text)));
        keys.push(("secret-keyring", is_in_keyring.then(|| true.into())));
        keys.push(("ca-certificate", ca_certificate.map(text)));
        keys.push(("allow-plain-http", self.allow_plain_http.then(|| true.into())));
        keys.extend(OTHER_KINDS.map(|key| (key, None)));
        edit.set_profile(&name, &keys);
        if self.default || edit.default_profile().is_none() {
            edit.set_default(&name);
        }
        edit.save()?;
        remove_other_secrets(&name, is_in_keyring, &in_keyring)?;
        context.tell(format_args!("Stored the profile {name}; its secret is in {place}."));
        Ok(())
    }

    fn secret(&self, context: &Context) -> Result<String, Failure> {
        let secret = if self.stdin {
            let mut text = String::new();
            let limit = 64 * 1024;
            io::stdin().lock().take(limit).read_to_string(&mut text).map_err(|error| {
                Failure::io("cannot read the secret from standard input", error)
            })?;
            without_line_end(text)
        } else if context.is_interactive() {
            ask_secret("Client secret")?
        } else {
            return Err(Failure::usage("there is no terminal to ask for the secret on")
                .note("Pass it to standard input, with --stdin."));
        };
        if secret.is_empty() || secret.contains('\n') {
            return Err(Failure::usage("the secret must be one line of text"));
        }
        Ok(secret)
    }
}

/// Removes the secrets of the profile that was replaced which are stored elsewhere than the new one.
fn remove_other_secrets(
    profile: &str,
    is_in_keyring: bool,
    old_in_keyring: &[&str],
) -> Result<(), Failure> {
    for prefix in old_in_keyring {
        let is_replaced = is_in_keyring && *prefix == "secret";
        if !is_replaced && Keyring::is_there() {
            Keyring::remove(&keyring_name(profile, prefix))?;
        }
    }
    if is_in_keyring { private_file::remove(&secret_file(profile)?) } else { Ok(()) }
}

/// Whether a profile is for a client of a service, so that only its secret may change.
fn is_for(profile: &Profile, address: &str, client: &str) -> bool {
    let (_kind, id) = profile.sign_in.described();
    let is_same = |other: &str| other.trim_end_matches('/') == address.trim_end_matches('/');
    profile.sign_in.address().is_some_and(is_same) && id == Some(client)
}

/// The file in which the secret of a profile is stored without a keyring.
pub(super) fn secret_file(profile: &str) -> Result<PathBuf, Failure> {
    Ok(config_folder()?.join("secrets").join(profile))
}

/// Returns what was given as an option, or asks for it.
fn asked(
    context: &Context,
    given: Option<String>,
    what: &str,
    option: &str,
) -> Result<String, Failure> {
    let text = match given {
        Some(text) => text,
        None if context.is_interactive() => {
            let failed = |error| Failure::io("cannot ask on the terminal", error);
            end_at_interrupts();
            write!(anstream::stderr(), "{what}: ").map_err(failed)?;
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map_err(failed)?;
            line
        }
        None => String::new(),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::new(FailureKind::Usage, format!("{option} is missing")));
    }
    Ok(text.to_owned())
}

/// Keys that a profile of another kind may have had.
const OTHER_KINDS: [&str; 9] = [
    "properties",
    "username",
    "secret-env",
    "password-file",
    "password-env",
    "password-keyring",
    "token-file",
    "token-env",
    "token-keyring",
];
