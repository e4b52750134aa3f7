//! Configures a sandbox before it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;

use serde_json::Value;

use super::content_settings::ContentSettings;
use crate::access::clients::{ApiClient, OidcClient};
use crate::faults::Fault;
use crate::server::defaults::NAMESPACE;
use crate::server::served_request::{Observer, ServedRequest};
use crate::values::behavior_rules::Rules;

/// Configures a [`Sandbox`](crate::Sandbox); [`Sandbox::builder`](crate::Sandbox::builder) creates
/// it.
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
    pub(super) listen: SocketAddr,
    pub(super) public_url: Option<String>,
    pub(super) allows_remote: bool,
    pub(super) max_connections: usize,
    pub(super) allowed_hosts: Vec<String>,
    pub(super) allowed_origins: Vec<String>,
    pub(super) api_client: ApiClient,
    pub(super) oidc_client: OidcClient,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) has_operator: bool,
    pub(super) namespaces: Vec<Seed>,
    pub(super) users: Vec<Seed>,
    pub(super) rules: Rules,
    pub(super) faults: Vec<Fault>,
    pub(super) allows_fault_header: bool,
    pub(super) observer: Option<Observer>,
    pub(super) start_time: Option<SystemTime>,
    pub(super) data: ContentSettings,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            allows_remote: false,
            max_connections: 1024,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            api_client: ApiClient::new("1000000000000001", "sandbox-api-secret")
                .primary_namespace(NAMESPACE),
            oidc_client: OidcClient::new("1000000000000002", "sandbox-oidc-secret"),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            has_operator: true,
            namespaces: Vec::new(),
            users: Vec::new(),
            rules: Rules::default(),
            faults: Vec::new(),
            allows_fault_header: false,
            observer: None,
            start_time: None,
            data: ContentSettings::default(),
        }
    }

    /// Sets the address to listen on; the default is a free port of `127.0.0.1`.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Sets the URL by which clients and browsers reach the sandbox, such as `http://trivore:8478`.
    ///
    /// It is the issuer of ID tokens, and the beginning of the URLs in the discovery document, in
    /// locations and in links. The default is the address that the sandbox listens on, or the
    /// loopback address if it listens on all; it is of no use to clients in a container network or
    /// behind a proxy. Its host is [allowed](Self::allow_host).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().public_url("https://id.localhost").start().await?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn public_url(mut self, url: &str) -> Self {
        self.public_url = Some(url.to_owned());
        self
    }

    /// Allows an address that other machines can reach.
    ///
    /// Everyone who can connect can read all credentials, messages and requests, inject faults,
    /// and change or delete everything. Requests must name the machine by the address that they
    /// connect to; [`allow_host`](Self::allow_host) allows names.
    pub fn allow_remote(mut self) -> Self {
        self.allows_remote = true;
        self
    }

    /// Limits the number of open connections; the default is 1,024.
    ///
    /// If there are as many, the one that has waited for its client the longest is closed for a new
    /// one: it is idle, or its client is slow. Connections whose requests are being handled are
    /// never closed; new ones wait for them.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Allows requests for a host, as the `Host` header names it without a port.
    ///
    /// An IPv6 address may be with or without brackets.
    ///
    /// Without this, the sandbox serves only requests for `localhost`, for loopback addresses, and
    /// for the address that the client connects to, and rejects others with 403. This protects
    /// against DNS rebinding: a page whose name leads to this machine could otherwise use the
    /// sandbox. Other names are necessary in a container network or behind a proxy.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().allow_host("trivore.test").start().await?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_host(mut self, host: &str) -> Self {
        self.allowed_hosts.push(host.to_owned());
        self
    }

    /// Allows the pages of an origin, such as `http://localhost:3000`, to use the API.
    ///
    /// This concerns the Management API and OpenID Connect. No other origin may use the paths under
    /// `/sandbox/`. Without this, requests of other origins that could change something are
    /// rejected with 403, and their pages cannot read responses.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().cors("http://localhost:3000").start().await?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cors(mut self, origin: &str) -> Self {
        self.allowed_origins.push(origin.to_owned());
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

    /// Registers a further redirect URI for the default OIDC client.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder()
    ///     .redirect_uri("http://localhost:3000/callback")
    ///     .post_logout_redirect_uri("http://localhost:3000/")
    ///     .start()
    ///     .await?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.redirect_uris.push(uri.to_owned());
        self
    }

    /// Registers a URI to which a browser may return after it signed out, for the default OIDC
    /// client.
    pub fn post_logout_redirect_uri(mut self, uri: &str) -> Self {
        self.post_logout_redirect_uris.push(uri.to_owned());
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

    /// Adds a namespace, as [`Sandbox::add_namespace`](crate::Sandbox::add_namespace) does.
    pub fn namespace(mut self, namespace: Value) -> Self {
        self.namespaces.push(Seed(namespace));
        self
    }

    /// Adds a user, as [`Sandbox::add_user`](crate::Sandbox::add_user) does.
    pub fn user(mut self, user: Value) -> Self {
        self.users.push(Seed(user));
        self
    }

    /// Replaces the rules.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Injects a fault, as [`Sandbox::inject`](crate::Sandbox::inject) does.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Lets a request name a fault that affects it, in the header `X-Sandbox-Fault`.
    ///
    /// The first item of the header is a kind of fault with its main parameter, such as
    /// `status=503`, `delay=500` or `reset-before`. Further items, after semicolons, are parameters
    /// (`bytes`, `ms`), the `body`, and headers of the response, such as `retry-after=2`. No value can
    /// contain a semicolon. An invalid header is a 400. Without this, the header has no effect.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().allow_fault_header().start().await?;
    ///
    /// let request = Request::get("/api/rest/v1/user")
    ///     .header("x-sandbox-fault", "status=503; retry-after=2")
    ///     .body(String::new())?;
    /// let response = sandbox.service().oneshot(request).await?;
    /// assert_eq!(response.status(), 503);
    /// assert_eq!(response.headers()["retry-after"], "2");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_fault_header(mut self) -> Self {
        self.allows_fault_header = true;
        self
    }

    /// Calls a function for each request, in place of an earlier one.
    ///
    /// The function runs on the task of the request, when the response is ready, and for requests
    /// that get none. It is called for all paths, also for those of the sandbox itself, but not for
    /// what is no valid HTTP or has too large a head.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// use http::Request;
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (sender, served) = mpsc::channel();
    /// let builder = Sandbox::builder().on_request(move |request| {
    ///     let _ = sender.send(request.clone());
    /// });
    /// let sandbox = builder.start().await?;
    /// let request = Request::get("/api/rest/v1/user/1").body(String::new())?;
    /// sandbox.service().oneshot(request).await?;
    ///
    /// let request = served.try_recv()?;
    /// assert_eq!(request.route.as_deref(), Some("/api/rest/v1/user/{userId}"));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_request(mut self, observe: impl Fn(&ServedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observe));
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
}

/// A document to add at the start; it may contain a password.
#[derive(Clone)]
pub(super) struct Seed(pub(super) Value);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(..)")
    }
}
