//! A running sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api_client::{ApiClient, OidcClient};
use crate::builder::{Builder, OPERATOR, OPERATOR_PASSWORD, StartError};
use crate::connection::{Connection, Listener};
use crate::ledger::LedgerEntry;
use crate::outbox::Outbox;
use crate::properties::Properties;
use crate::request_log::RecordedRequest;
use crate::rules::Rules;
use crate::server;
use crate::service::SandboxService;
use crate::state::Shared;

/// A local server that behaves like the service; it stops when dropped.
///
/// It holds everything in memory. Its credentials are the same at every start, see [`Builder`].
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let id = sandbox.add_user(json!({"username": "jane", "nsCode": "sandbox"}))?;
///
/// println!("GET {}/api/rest/v1/user/{id}", sandbox.url());
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    shared: Shared,
    address: SocketAddr,
    url: String,
    api_client: ApiClient,
    oidc_client: OidcClient,
    /// Stops everything when dropped.
    stop: watch::Sender<()>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox with default settings on a free port of `127.0.0.1`.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns settings to change before the start.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(
        shared: Shared,
        stop: watch::Sender<()>,
        address: SocketAddr,
        api_client: ApiClient,
        oidc_client: OidcClient,
    ) -> Self {
        let url = format!("http://{address}");
        Self { shared, address, url, api_client, oidc_client, stop, task: None }
    }

    /// Begins to accept connections.
    pub(crate) fn serve(&mut self, listener: TcpListener) {
        let mut stopped = self.shared.stopped();
        let service =
            server::router(&self.shared).into_make_service_with_connect_info::<Connection>();
        self.task = Some(tokio::spawn(async move {
            let stopped = async move { while stopped.changed().await.is_ok() {} };
            // Serving ends only when told to; failed connections are the clients' business.
            let server = axum::serve(Listener(listener), service);
            let _ = server.with_graceful_shutdown(stopped).await;
        }));
    }

    /// Returns the address of the server, for example `http://127.0.0.1:4567`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the identifier of the API client.
    pub fn client_id(&self) -> &str {
        &self.api_client.id
    }

    /// Returns the secret of the API client.
    pub fn client_secret(&self) -> &str {
        &self.api_client.secret
    }

    /// Returns the identifier of the OIDC client.
    pub fn oidc_client_id(&self) -> &str {
        &self.oidc_client.id
    }

    /// Returns the secret of the OIDC client; a public client's is empty.
    pub fn oidc_client_secret(&self) -> &str {
        self.oidc_client.secret.as_deref().unwrap_or_default()
    }

    /// Returns the sign-in name of the operator, for the password grant.
    pub fn username(&self) -> &str {
        OPERATOR
    }

    /// Returns the password of the operator.
    pub fn password(&self) -> &str {
        OPERATOR_PASSWORD
    }

    /// Returns the properties file that the vendor's SDKs read, with all credentials.
    pub fn properties(&self) -> String {
        Properties {
            address: &self.url,
            api_client: (self.client_id(), self.client_secret()),
            oidc_client: (self.oidc_client_id(), self.oidc_client_secret()),
            redirect_uri: &self.oidc_client.redirect_uri,
            user: (OPERATOR, OPERATOR_PASSWORD),
        }
        .to_text()
    }

    /// Returns the messages sent so far.
    pub fn outbox(&self) -> Outbox {
        self.shared.lock().outbox.clone()
    }

    /// Returns the messages sent so far and forgets them.
    pub fn take_outbox(&self) -> Outbox {
        std::mem::take(&mut self.shared.lock().outbox)
    }

    /// Returns the newest requests, oldest first; up to 10,000 are kept.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().requests.all()
    }

    /// Forgets the requests received so far.
    pub fn clear_requests(&self) {
        self.shared.lock().requests.clear();
    }

    /// Returns all changes applied and messages sent since the start.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared.lock().ledger.clone()
    }

    /// Forgets the changes and messages so far.
    pub fn clear_ledger(&self) {
        self.shared.lock().ledger.clear();
    }

    /// Moves the sandbox's clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// Makes all access tokens invalid at once.
    pub fn expire_tokens(&self) {
        self.shared.lock().tokens.expire_access();
    }

    /// Makes all access and refresh tokens invalid at once.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.revoke_all();
    }

    /// Returns the rules in force.
    pub fn rules(&self) -> Rules {
        self.shared.lock().rules.clone()
    }

    /// Replaces the rules.
    pub fn set_rules(&self, rules: Rules) {
        self.shared.lock().rules = rules;
    }

    /// Adds an API client, or replaces the one with its identifier.
    pub fn create_api_client(&self, client: ApiClient) {
        self.shared.lock().api_clients.insert(client.id.clone(), client);
    }

    /// Adds an OIDC client, or replaces the one with its identifier.
    pub fn create_oidc_client(&self, client: OidcClient) {
        self.shared.lock().oidc_clients.insert(client.id.clone(), client);
    }

    /// Returns the same sandbox as a service, for use without a network.
    pub fn service(&self) -> SandboxService {
        SandboxService::new(server::router(&self.shared))
    }

    /// Stops the server and waits for it, at most about two seconds.
    ///
    /// Connections that a [`Fault`](crate::Fault) holds are closed at once.
    pub async fn shutdown(self) {
        let Self { stop, task: Some(mut task), .. } = self else { return };
        drop(stop);
        if tokio::time::timeout(SHUTDOWN_LIMIT, &mut task).await.is_err() {
            task.abort();
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .field("api_client", &self.api_client)
            .field("oidc_client", &self.oidc_client)
            .finish_non_exhaustive()
    }
}

/// Longest wait for open requests when the server stops.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);
