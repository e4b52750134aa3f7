//! Starts a sandbox.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use thiserror::Error;
use tokio::sync::watch;

use super::builder::{Builder, Seed};
use super::content_settings::ContentError;
use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;
use crate::access::allowed::Allowed;
use crate::access::permissions::is_permission;
use crate::data::journal::Content;
use crate::faults::{ActiveFaults, InvalidFault};
use crate::server::browser::{BrowserPolicy, HostName, Origin};
use crate::server::defaults::Defaults;
use crate::server::endpoint_list::routes;
use crate::server::settings::ServerSettings;
use crate::server::shared::Shared;
use crate::server::snapshots::Start;
use crate::store::ledger::{Ledger, MAX_LEDGER_BYTES};
use crate::store::state::State;

impl Sandbox {
    /// Starts a sandbox with default settings on a free port of `127.0.0.1`.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }
}

impl Builder {
    /// Starts the sandbox, which accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// The address cannot be used or is not a loopback address, no connection is allowed, an
    /// allowed host or origin, a client, a namespace, a user or a fault is invalid, or the seed or
    /// the data file cannot be used.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        if !self.allows_remote && !self.listen.ip().is_loopback() {
            return Err(StartError(StartErrorKind::Remote(self.listen)));
        }
        if self.max_connections == 0 {
            return Err(StartError(StartErrorKind::NoConnections));
        }
        let policy = self.browser_policy()?;
        self.check_clients()?;
        let oidc_client = self
            .oidc_client
            .redirect_uris(self.redirect_uris)
            .post_logout_redirect_uris(self.post_logout_redirect_uris);
        oidc_client.check_uris().map_err(|why| StartError(StartErrorKind::RedirectUri(why)))?;
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .map_err(|error| StartError(StartErrorKind::Listen(self.listen, error)))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError(StartErrorKind::Listen(self.listen, error)))?;
        let url = format!("http://{}", reachable(address));
        let url = self.public_url.map_or(url, |public| public.trim_end_matches('/').to_owned());
        let mut state = State::new(url, self.rules, self.data.clock(self.start_time));
        let content = |error| StartError(StartErrorKind::Content(error));
        let journal = self.data.prepare(&mut state).map_err(content)?;
        let is_new = journal.as_ref().is_none_or(|(_, content)| *content == Content::New);
        let defaults =
            Defaults { api_client: self.api_client, oidc_client, has_operator: self.has_operator };
        let add_defaults = |state: &mut State| {
            defaults.add_clients(state);
            defaults.add_objects(state).map_err(|error| error.message)
        };
        let mut empty = state.empty();
        add_defaults(&mut empty).map_err(|why| content(ContentError::Defaults(why)))?;
        empty.ledger = Ledger::undoable(MAX_LEDGER_BYTES);
        if is_new {
            self.data.fill(&mut state, add_defaults).map_err(content)?;
        }
        defaults.add_clients(&mut state);

        let (stop, stopped) = watch::channel(());
        let settings = ServerSettings {
            policy,
            takes_fault_header: self.allows_fault_header,
            observer: self.observer,
            defaults,
        };
        let shared = Shared::new(state, ActiveFaults::new(routes()), settings, stopped);
        let mut sandbox = Sandbox::new(shared, stop, address);
        let seed = |error| StartError(StartErrorKind::Seed(error));
        if is_new {
            for Seed(namespace) in self.namespaces {
                sandbox.add_namespace(namespace).map_err(seed)?;
            }
            for Seed(user) in self.users {
                sandbox.add_user(user).map_err(seed)?;
            }
        }
        if let Some((journal, loaded)) = journal {
            sandbox.shared().keep(journal, loaded).map_err(|error| content(error.into()))?;
        }
        let seeded = {
            let mut state = sandbox.shared().state();
            state.ledger = Ledger::undoable(MAX_LEDGER_BYTES);
            state.clone()
        };
        let faulty = |error| StartError(StartErrorKind::Fault(error));
        sandbox.shared().begin(Start { seeded, empty, faults: self.faults }).map_err(faulty)?;
        sandbox.serve(listener, self.max_connections);
        Ok(sandbox)
    }

    /// Rejects permissions that no operation requires, such as misspelled ones.
    fn check_clients(&self) -> Result<(), StartError> {
        for (id, permissions) in [
            (&self.api_client.id, &self.api_client.permissions),
            (&self.oidc_client.id, &self.oidc_client.permissions),
        ] {
            let Allowed::Only(permissions) = permissions else { continue };
            if let Some(unknown) = permissions.iter().find(|permission| !is_permission(permission))
            {
                let kind = StartErrorKind::Permission(unknown.clone(), id.clone());
                return Err(StartError(kind));
            }
        }
        Ok(())
    }

    fn browser_policy(&self) -> Result<BrowserPolicy, StartError> {
        let host = |text: &String| {
            HostName::parse(text).ok_or_else(|| StartError(StartErrorKind::Host(text.clone())))
        };
        let origin = |text: &String| {
            Origin::parse(text).ok_or_else(|| StartError(StartErrorKind::Origin(text.clone())))
        };
        let mut hosts = self.allowed_hosts.iter().map(host).collect::<Result<Vec<_>, _>>()?;
        let origins = self.allowed_origins.iter().map(origin).collect::<Result<_, _>>()?;
        let public = |url: &String| {
            let origin = Origin::parse(url.trim_end_matches('/'));
            origin.ok_or_else(|| StartError(StartErrorKind::PublicUrl(url.clone())))
        };
        let public = self.public_url.as_ref().map(public).transpose()?;
        hosts.extend(public.as_ref().map(|origin| origin.host().clone()));
        Ok(BrowserPolicy::new(self.listen.ip(), hosts, origins).with_public(public))
    }
}

/// Returns the address by which this machine reaches a listener, which may listen on all addresses.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// The error when a sandbox cannot be started.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct StartError(StartErrorKind);

#[derive(Debug, Error)]
enum StartErrorKind {
    #[error(transparent)]
    Content(ContentError),
    #[error("a fault is invalid")]
    Fault(#[source] InvalidFault),
    #[error(
        "`{0}` is not a host; write a name such as trivore.test, or an IP address such as \
         192.0.2.1 or ::1, without a scheme and without a port"
    )]
    Host(String),
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("at least one connection must be allowed")]
    NoConnections,
    #[error("`{0}` is not an origin such as http://localhost:3000")]
    Origin(String),
    #[error("unknown permission `{0}` of the client `{1}`")]
    Permission(String, String),
    #[error("`{0}` is not a URL such as http://trivore:8478, without a path")]
    PublicUrl(String),
    #[error("{0}")]
    RedirectUri(String),
    #[error(
        "{0} is not a loopback address; it must be allowed with `allow_remote` (`--allow-remote`), \
         with which everyone who can connect can read all credentials, messages and requests, \
         inject faults, and change everything"
    )]
    Remote(SocketAddr),
    #[error(transparent)]
    Seed(InvalidSeed),
}
