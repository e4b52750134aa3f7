//! A running sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access::clients::{ApiClient, OidcClient};
use crate::connection::{Connection, Listener};
use crate::sandbox::builder::{Builder, OPERATOR, OPERATOR_PASSWORD, StartError};
use crate::sandbox::properties::Properties;
use crate::sandbox::service::SandboxService;
use crate::server::observe as server;
use crate::server::request_log::RecordedRequest;
use crate::store::ledger::LedgerEntry;
use crate::store::outbox::Outbox;
use crate::store::state::Shared;
use crate::values::rules::Rules;

/// A running server that behaves like the service; it stops when dropped.
///
/// Everything is kept in memory. The default credentials are the same at every start, see
/// [`Builder`].
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
/// // The client under test uses this address and these credentials.
/// let user = format!("{}/api/rest/v1/user/{id}", sandbox.url());
/// let credentials = (sandbox.client_id(), sandbox.client_secret());
/// # let _ = (user, credentials);
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
    /// Stops the server when dropped.
    stop: watch::Sender<()>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox with default settings on a free port of `127.0.0.1`.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder with default settings.
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

    /// Starts to accept connections.
    pub(crate) fn serve(&mut self, listener: TcpListener) {
        let mut stopped = self.shared.stopped();
        let service =
            server::router(&self.shared).into_make_service_with_connect_info::<Connection>();
        self.task = Some(tokio::spawn(async move {
            let stopped = async move { while stopped.changed().await.is_ok() {} };
            // The server stops only on request. Errors of single connections concern their clients.
            let server = axum::serve(Listener(listener), service);
            let _ = server.with_graceful_shutdown(stopped).await;
        }));
    }

    /// Returns the base URL of the server, for example `http://127.0.0.1:4567`.
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

    /// Returns the secret of the OIDC client; it is empty for a public client.
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

    /// Returns the content of a properties file for the vendor's SDKs, with all credentials.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    ///
    /// assert!(sandbox.properties().contains("mgmtapi.id=1000000000000001\n"));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
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

    /// Returns the messages sent since the start or the last [`take_outbox`](Self::take_outbox).
    pub fn outbox(&self) -> Outbox {
        self.shared.lock().outbox.clone()
    }

    /// Returns the messages and clears the outbox.
    pub fn take_outbox(&self) -> Outbox {
        std::mem::take(&mut self.shared.lock().outbox)
    }

    /// Returns the received requests, oldest first.
    ///
    /// The newest 10,000 requests are kept, and fewer if their bodies exceed 32 MiB in total.
    /// Requests under `/sandbox/` are not recorded.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, StatusCode};
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let request = Request::get("/api/rest/v1/user?count=1").body(String::new())?;
    /// sandbox.service().oneshot(request).await?;
    ///
    /// let requests = sandbox.requests();
    /// assert_eq!(requests[0].path, "/api/rest/v1/user");
    /// assert_eq!(requests[0].query.as_deref(), Some("count=1"));
    /// assert_eq!(requests[0].status, Some(StatusCode::UNAUTHORIZED));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().requests.all()
    }

    /// Clears the received requests.
    pub fn clear_requests(&self) {
        self.shared.lock().requests.clear();
    }

    /// Returns all applied changes and sent messages since the start or the last
    /// [`clear_ledger`](Self::clear_ledger).
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared.lock().ledger.clone()
    }

    /// Clears the ledger.
    pub fn clear_ledger(&self) {
        self.shared.lock().ledger.clear();
    }

    /// Moves the sandbox's clock forward, for example past the lifetime of a token.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use http::{Request, StatusCode};
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let form = format!(
    ///     "grant_type=client_credentials&client_id={}&client_secret={}",
    ///     sandbox.oidc_client_id(),
    ///     sandbox.oidc_client_secret(),
    /// );
    /// let response =
    ///     sandbox.service().oneshot(Request::post("/openid/token").body(form)?).await?;
    /// # let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), 4096).await?;
    /// # let tokens: serde_json::Value = serde_json::from_slice(&body)?;
    /// # let token = tokens["access_token"].as_str().unwrap_or_default();
    ///
    /// // The response has an access token, which expires after an hour.
    /// sandbox.advance_clock(Duration::from_secs(60 * 60));
    /// let request = Request::get("/api/rest/v1/user")
    ///     .header("authorization", format!("Bearer {token}"))
    ///     .body(String::new())?;
    /// let response = sandbox.service().oneshot(request).await?;
    /// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance_clock(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// Invalidates all access tokens immediately.
    pub fn expire_tokens(&self) {
        self.shared.lock().tokens.expire_access();
    }

    /// Invalidates all access and refresh tokens immediately.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.revoke_all();
    }

    /// Returns the current rules.
    pub fn rules(&self) -> Rules {
        self.shared.lock().rules.clone()
    }

    /// Replaces the rules, from the next request on.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let mut rules = sandbox.rules();
    /// rules.accept_required = true;
    /// sandbox.set_rules(rules);
    /// # assert!(sandbox.rules().accept_required);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_rules(&self, rules: Rules) {
        self.shared.lock().rules = rules;
    }

    /// Adds an API client, or replaces the one with the same identifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::{ApiClient, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let reader = ApiClient::new("reader", "secret").permissions(["ACCOUNT_VIEW"]);
    /// sandbox.create_api_client(reader);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_api_client(&self, client: ApiClient) {
        self.shared.lock().api_clients.insert(client.id.clone(), client);
    }

    /// Adds an OIDC client, or replaces the one with the same identifier.
    pub fn create_oidc_client(&self, client: OidcClient) {
        self.shared.lock().oidc_clients.insert(client.id.clone(), client);
    }

    /// Returns a service with the state of this sandbox, for use without a network.
    pub fn service(&self) -> SandboxService {
        SandboxService::new(server::router(&self.shared))
    }

    /// Stops the server and waits until it has stopped, for at most about two seconds.
    ///
    /// Connections that a [`Fault`](crate::Fault) holds open are closed immediately.
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

/// Limit on the wait for open requests when the server stops.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);
