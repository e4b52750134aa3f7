//! Configures a sandbox before it starts.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;

use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::watch;

use crate::access::clients::{ApiClient, OidcClient};
use crate::faults::{Fault, InvalidFault};
use crate::sandbox::handle::Sandbox;
use crate::sandbox::seeds::InvalidSeed;
use crate::store::state::{Shared, State};
use crate::values::clock::Clock;
use crate::values::rules::Rules;

/// Configures a [`Sandbox`]; [`Sandbox::builder`] creates it.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_sandbox::{Fault, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::builder()
///     .namespace(json!({"code": "staff", "usernamePolicy": "MANUAL"}))
///     .user(json!({"nsCode": "staff", "username": "jane", "password": "secret"}))
///     .fault(Fault::status(503).once())
///     .start()
///     .await?;
///
/// assert_eq!(sandbox.faults().len(), 1);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use]
#[derive(Clone, Debug)]
pub struct Builder {
    listen: SocketAddr,
    allows_remote: bool,
    api_client: ApiClient,
    oidc_client: OidcClient,
    has_operator: bool,
    namespaces: Vec<Seed>,
    users: Vec<Seed>,
    rules: Rules,
    faults: Vec<Fault>,
    start_time: Option<SystemTime>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allows_remote: false,
            api_client: ApiClient::new("1000000000000001", "sandbox-api-secret")
                .primary_namespace(NAMESPACE),
            oidc_client: OidcClient::new("1000000000000002", "sandbox-oidc-secret"),
            has_operator: true,
            namespaces: Vec::new(),
            users: Vec::new(),
            rules: Rules::default(),
            faults: Vec::new(),
            start_time: None,
        }
    }

    /// Sets the address to listen on; the default is a free port of `127.0.0.1`.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Allows an address that other machines can reach.
    ///
    /// Everyone who can connect can read all credentials and messages.
    pub fn allow_remote(mut self) -> Self {
        self.allows_remote = true;
        self
    }

    /// Replaces the default API client.
    ///
    /// The default client has the identifier `1000000000000001`, the secret `sandbox-api-secret`,
    /// all permissions in all namespaces, and the primary namespace `sandbox`.
    pub fn api_client(mut self, client: ApiClient) -> Self {
        self.api_client = client;
        self
    }

    /// Replaces the default OIDC client.
    ///
    /// The default client has the identifier `1000000000000002` and the secret
    /// `sandbox-oidc-secret`.
    pub fn oidc_client(mut self, client: OidcClient) -> Self {
        self.oidc_client = client;
        self
    }

    /// Starts without the operator, the user for the password grant.
    ///
    /// The operator is the user `operator` with the password `Sandbox-Operator-9` in the
    /// namespace `operators`. It has all permissions in all namespaces.
    pub fn without_operator(mut self) -> Self {
        self.has_operator = false;
        self
    }

    /// Adds a namespace, as [`Sandbox::add_namespace`] does.
    pub fn namespace(mut self, namespace: Value) -> Self {
        self.namespaces.push(Seed(namespace));
        self
    }

    /// Adds a user, as [`Sandbox::add_user`] does.
    pub fn user(mut self, user: Value) -> Self {
        self.users.push(Seed(user));
        self
    }

    /// Replaces the rules.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Injects a fault, as [`Sandbox::inject`] does.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Sets the time of the sandbox's clock at the start; the default is the real time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().start_time(SystemTime::UNIX_EPOCH).start().await?;
    /// sandbox.advance_clock(Duration::from_secs(24 * 60 * 60));
    /// sandbox.add_user(json!({}))?;
    ///
    /// assert!(sandbox.ledger()[0].time.starts_with("1970-01-02T"));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_time(mut self, time: SystemTime) -> Self {
        self.start_time = Some(time);
        self
    }

    /// Starts the sandbox, which accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// The address cannot be used or is not a loopback address, a namespace or user is invalid,
    /// or a fault is invalid.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        if !self.allows_remote && !self.listen.ip().is_loopback() {
            return Err(StartError(Reason::Remote(self.listen)));
        }
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .map_err(|error| StartError(Reason::Listen(self.listen, error)))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError(Reason::Listen(self.listen, error)))?;
        let url = format!("http://{address}");
        let mut state = State::new(url, self.rules, Clock::new(self.start_time));
        state.api_clients.insert(self.api_client.id.clone(), self.api_client.clone());
        state.oidc_clients.insert(self.oidc_client.id.clone(), self.oidc_client.clone());

        let (stop, stopped) = watch::channel(());
        let shared = Shared::new(state, stopped);
        let mut sandbox = Sandbox::new(shared, stop, address, self.api_client, self.oidc_client);
        let seed = |error| StartError(Reason::Seed(error));
        sandbox.add_namespace(json!({"code": NAMESPACE, "name": "Sandbox"})).map_err(seed)?;
        if self.has_operator {
            sandbox.add_namespace(json!({"code": OPERATORS, "name": "Operators"})).map_err(seed)?;
            let operator = json!({
                "nsCode": OPERATORS, "username": OPERATOR, "password": OPERATOR_PASSWORD,
            });
            let id = sandbox.add_user(operator).map_err(seed)?;
            sandbox.grant_builtin_roles(&id, ["PORTAL_ADMIN"]).map_err(seed)?;
        }
        for Seed(namespace) in self.namespaces {
            sandbox.add_namespace(namespace).map_err(seed)?;
        }
        for Seed(user) in self.users {
            sandbox.add_user(user).map_err(seed)?;
        }
        for fault in self.faults {
            sandbox.inject(fault).map_err(|error| StartError(Reason::Fault(error)))?;
        }
        sandbox.clear_ledger();
        sandbox.serve(listener);
        Ok(sandbox)
    }
}

/// A document to add at the start; it may contain a password.
#[derive(Clone)]
struct Seed(Value);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// The error when a sandbox cannot be started.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct StartError(Reason);

#[derive(Debug, Error)]
enum Reason {
    #[error("a fault is invalid")]
    Fault(#[source] InvalidFault),
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error(
        "{0} is not a loopback address; it must be allowed with `allow_remote` (`--allow-remote`)"
    )]
    Remote(SocketAddr),
    #[error(transparent)]
    Seed(InvalidSeed),
}

/// Code of the namespace that exists from the start.
const NAMESPACE: &str = "sandbox";
const OPERATORS: &str = "operators";
pub(crate) const OPERATOR: &str = "operator";
pub(crate) const OPERATOR_PASSWORD: &str = "Sandbox-Operator-9";
