//! Starts a sandbox.

use std::io;
use std::net::SocketAddr;

use serde_json::json;
use thiserror::Error;
use tokio::sync::watch;

use super::builder::{Builder, NAMESPACE, OPERATOR, OPERATOR_PASSWORD, OPERATORS, Seed};
use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;
use crate::faults::{ActiveFaults, InvalidFault};
use crate::server::browser::{BrowserPolicy, HostName, Origin};
use crate::server::endpoint_list::routes;
use crate::server::settings::ServerSettings;
use crate::server::shared::Shared;
use crate::server::snapshots::Start;
use crate::store::ledger::{Ledger, MAX_LEDGER_BYTES};
use crate::store::state::State;
use crate::values::clock::Clock;

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
    /// The address cannot be used or is not a loopback address, no connection is allowed, or an
    /// allowed host or origin, a namespace, a user or a fault is invalid.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        if !self.allows_remote && !self.listen.ip().is_loopback() {
            return Err(StartError(StartErrorKind::Remote(self.listen)));
        }
        if self.max_connections == 0 {
            return Err(StartError(StartErrorKind::NoConnections));
        }
        let settings = self.server_settings()?;
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .map_err(|error| StartError(StartErrorKind::Listen(self.listen, error)))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError(StartErrorKind::Listen(self.listen, error)))?;
        let url = format!("http://{address}");
        let mut state = State::new(url, self.rules, Clock::new(self.start_time));
        state.api_clients.insert(self.api_client.id.clone(), self.api_client.clone());
        state.oidc_clients.insert(self.oidc_client.id.clone(), self.oidc_client.clone());

        let (stop, stopped) = watch::channel(());
        let shared = Shared::new(state, ActiveFaults::new(routes()), settings, stopped);
        let mut sandbox = Sandbox::new(shared, stop, address, self.api_client, self.oidc_client);
        let seed = |error| StartError(StartErrorKind::Seed(error));
        sandbox.add_namespace(json!({"code": NAMESPACE, "name": "Sandbox"})).map_err(seed)?;
        if self.has_operator {
            sandbox.add_namespace(json!({"code": OPERATORS, "name": "Operators"})).map_err(seed)?;
            let operator = json!({
                "nsCode": OPERATORS, "username": OPERATOR, "password": OPERATOR_PASSWORD,
            });
            let id = sandbox.add_user(operator).map_err(seed)?;
            sandbox.grant_builtin_roles(&id, ["PORTAL_ADMIN"]).map_err(seed)?;
        }
        let without_ledger = |sandbox: &Sandbox| {
            sandbox.shared().state().ledger = Ledger::new(MAX_LEDGER_BYTES);
            sandbox.shared().state().clone()
        };
        let empty = without_ledger(&sandbox);
        for Seed(namespace) in self.namespaces {
            sandbox.add_namespace(namespace).map_err(seed)?;
        }
        for Seed(user) in self.users {
            sandbox.add_user(user).map_err(seed)?;
        }
        let start = Start { seeded: without_ledger(&sandbox), empty, faults: self.faults };
        sandbox.shared().set_start(start);
        let faulty = |error| StartError(StartErrorKind::Fault(error));
        sandbox.shared().reset().map_err(faulty)?;
        sandbox.serve(listener, self.max_connections);
        Ok(sandbox)
    }

    fn server_settings(&self) -> Result<ServerSettings, StartError> {
        let host = |text: &String| {
            HostName::parse(text).ok_or_else(|| StartError(StartErrorKind::Host(text.clone())))
        };
        let origin = |text: &String| {
            Origin::parse(text).ok_or_else(|| StartError(StartErrorKind::Origin(text.clone())))
        };
        let hosts = self.allowed_hosts.iter().map(host).collect::<Result<_, _>>()?;
        let origins = self.allowed_origins.iter().map(origin).collect::<Result<_, _>>()?;
        Ok(ServerSettings {
            policy: BrowserPolicy::new(self.listen.ip(), hosts, origins),
            takes_fault_header: self.allows_fault_header,
            observer: self.observer.clone(),
        })
    }
}

/// The error when a sandbox cannot be started.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct StartError(StartErrorKind);

#[derive(Debug, Error)]
enum StartErrorKind {
    #[error("a fault is invalid")]
    Fault(#[source] InvalidFault),
    #[error("`{0}` is not a host name or an IP address without a port")]
    Host(String),
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("at least one connection must be allowed")]
    NoConnections,
    #[error("`{0}` is not an origin such as http://localhost:3000")]
    Origin(String),
    #[error(
        "{0} is not a loopback address; it must be allowed with `allow_remote` (`--allow-remote`), \
         with which everyone who can connect can read all credentials, messages and requests, \
         inject faults, and change everything"
    )]
    Remote(SocketAddr),
    #[error(transparent)]
    Seed(InvalidSeed),
}
