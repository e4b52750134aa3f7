//! A running sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::builder::Builder;
use super::properties::Properties;
use super::service::SandboxService;
use crate::access::clients::{ApiClient, OidcClient};
use crate::connection::serve;
use crate::server::defaults::{OPERATOR, OPERATOR_PASSWORD};
use crate::server::router::router;
use crate::server::shared::Shared;

/// A running server that behaves like the service; it stops when dropped.
///
/// Everything is kept in memory, and on request [in a file](Builder::data). The default credentials
/// are the same at every start, see [`Builder`].
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
    /// Stops the server when dropped.
    stop: watch::Sender<()>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Returns a builder with default settings.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(shared: Shared, stop: watch::Sender<()>, address: SocketAddr) -> Self {
        let url = format!("http://{address}");
        Self { shared, address, url, stop, task: None }
    }

    /// Starts to accept connections.
    pub(crate) fn serve(&mut self, listener: TcpListener, max_connections: usize) {
        let serving = serve(listener, router(&self.shared), max_connections, self.shared.stopped());
        self.task = Some(tokio::spawn(serving));
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
        &self.api_client().id
    }

    /// Returns the secret of the API client.
    pub fn client_secret(&self) -> &str {
        &self.api_client().secret
    }

    /// Returns the identifier of the OIDC client.
    pub fn oidc_client_id(&self) -> &str {
        &self.oidc_client().id
    }

    /// Returns the secret of the OIDC client; it is empty for a public client.
    pub fn oidc_client_secret(&self) -> &str {
        self.oidc_client().secret.as_deref().unwrap_or_default()
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
        let address = self.shared.read().url.clone();
        Properties {
            address: &address,
            api_client: (self.client_id(), self.client_secret()),
            oidc_client: (self.oidc_client_id(), self.oidc_client_secret()),
            redirect_uri: &self.oidc_client().redirect_uri,
            user: (OPERATOR, OPERATOR_PASSWORD),
        }
        .to_text()
    }

    /// Returns a service with the state of this sandbox, for use without a network.
    pub fn service(&self) -> SandboxService {
        SandboxService::new(router(&self.shared))
    }

    /// Stops the server and waits until it has stopped, for at most about two seconds.
    ///
    /// Connections that a [`Fault`](crate::Fault) holds open are closed immediately.
    pub async fn shutdown(self) {
        let Self { shared, stop, task: Some(mut task), .. } = self else { return };
        drop(stop);
        if tokio::time::timeout(SHUTDOWN_LIMIT, &mut task).await.is_err() {
            task.abort();
        }
        shared.close_data();
    }

    fn api_client(&self) -> &ApiClient {
        &self.shared.settings().defaults.api_client
    }

    fn oidc_client(&self) -> &OidcClient {
        &self.shared.settings().defaults.oidc_client
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .field("api_client", self.api_client())
            .field("oidc_client", self.oidc_client())
            .finish_non_exhaustive()
    }
}

/// Limit on the wait for open requests when the server stops.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);
