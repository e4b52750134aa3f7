//! A client made from a profile, a properties file or the environment.

use std::fs;
use std::path::Path;

use trivore::models::NamespaceCode;
use trivore::transport::{Client, ClientBuilder, Connector};
use trivore::{Trivore, TrivoreBuilder, Users};

use super::profile::{Profile, SignIn};
use super::request_log::RequestLog;
use super::secret_variables::remember_variables;
use super::source::{Source, set_variables, variable};
use crate::failure::{Failure, FailureKind};
use crate::global_options::GlobalOptions;
use crate::private_file::check_mode;

pub(crate) struct Connection {
    trivore: Trivore,
    /// The address of the service.
    address: String,
    source: Source,
}

impl Connection {
    /// Makes a client; nothing is sent.
    pub(crate) fn open(options: &GlobalOptions) -> Result<Self, Failure> {
        Self::open_with(options, |client| client)
    }

    /// Makes a client with other settings, such as a rate; nothing is sent.
    pub(crate) fn open_with(
        options: &GlobalOptions,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Failure> {
        Self::of(Source::select(options)?, options, None, settings)
    }

    /// Makes a client for calls from a path, of which `--verbose` shows this.
    pub(crate) fn open_for_route(options: &GlobalOptions, route: String) -> Result<Self, Failure> {
        Self::of(Source::select(options)?, options, Some(route), |client| client)
    }

    /// Makes a client from a source; nothing is sent.
    pub(crate) fn from_source(source: Source, options: &GlobalOptions) -> Result<Self, Failure> {
        Self::of(source, options, None, |client| client)
    }

    fn of(
        source: Source,
        options: &GlobalOptions,
        route: Option<String>,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Failure> {
        let builder = match &source {
            Source::Properties(path) => from_properties(path)?,
            Source::Environment => {
                remember_variables();
                if let Some(path) = variable("TRIVORE_PROPERTIES") {
                    check_properties(Path::new(&path))?;
                }
                TrivoreBuilder::from_env().map_err(|error| {
                    let names = set_variables().collect::<Vec<_>>().join(", ");
                    Failure::from(error).note(format!(
                        "The environment is used instead of the default profile, since it has {names}."
                    ))
                })?
            }
            Source::Profile(profile) => of_profile(profile)?,
        };
        let log = RequestLog::open(options)?.map(|log| log.showing(route));
        let address = builder.address().unwrap_or_default();
        let client = builder.configure(|client| settings(configure(client, log)));
        let trivore = client.build().map_err(|error| {
            let failure = Failure::from(error);
            if source.is_profile() && failure.message().contains("plain http") {
                return failure.note("In a profile, the key is allow-plain-http.");
            }
            failure
        })?;
        Ok(Self { trivore, address, source })
    }

    /// The address of the service, by which installations are told apart.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn users(&self) -> &Users {
        self.trivore.users()
    }

    pub(crate) fn client(&self) -> &Client {
        self.trivore.client()
    }

    /// Namespace of user names that are given without one.
    pub(crate) fn namespace(&self) -> Option<&NamespaceCode> {
        match &self.source {
            Source::Profile(profile) => profile.namespace.as_ref(),
            _ => None,
        }
    }
}

/// All settings of the client that do not come from a profile.
fn configure(client: ClientBuilder, log: Option<RequestLog>) -> ClientBuilder {
    let client = client.user_agent(concat!("trivore-cli/", env!("CARGO_PKG_VERSION")));
    match log {
        Some(log) => client.observer(log.observer()),
        None => client,
    }
}

fn from_properties(path: &Path) -> Result<TrivoreBuilder, Failure> {
    check_properties(path)?;
    Ok(TrivoreBuilder::from_properties(path)?)
}

/// Checks that not everybody can change a properties file, and so decide where secrets are sent.
///
/// That it can be read is usual for such files.
fn check_properties(path: &Path) -> Result<(), Failure> {
    // Why it cannot be read is said when it is read.
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    check_mode(path, &metadata, 0o002, "everybody can change")
}

fn of_profile(profile: &Profile) -> Result<TrivoreBuilder, Failure> {
    let mut builder = match (&profile.sign_in, profile.sign_in.address()) {
        (SignIn::Properties(path), _) => from_properties(path)?,
        (sign_in, address) => {
            Trivore::builder(address.unwrap_or_default()).credentials(sign_in.credentials()?)
        }
    };
    if profile.allow_plain_http {
        builder = builder.configure(ClientBuilder::allow_plain_http);
    }
    if let Some(path) = &profile.ca_certificate {
        let pem = fs::read(path).map_err(|error| {
            let message = format!("cannot read the certificates in {}: {error}", path.display());
            Failure::new(FailureKind::Configuration, message)
        })?;
        let connector = Connector::new().add_root_certificates_pem(&pem);
        builder = builder.configure(|client| client.connector(connector));
    }
    Ok(builder)
}
