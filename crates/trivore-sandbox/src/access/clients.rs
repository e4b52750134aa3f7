//! Clients of the sandbox: Management API clients and OIDC clients.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::allowed::Allowed;

/// A Management API client: its credentials, permissions and namespaces.
///
/// Its JSON is that of `POST /sandbox/clients/api`, with the secret.
///
/// # Examples
///
/// ```
/// use http::{Request, StatusCode};
/// use tower::ServiceExt as _;
/// use trivore_sandbox::{ApiClient, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let reader = ApiClient::new("reader", "secret").permissions(["ACCOUNT_VIEW"]);
/// sandbox.create_api_client(reader);
///
/// let request = Request::post("/api/rest/v1/user")
///     .header("authorization", "Basic cmVhZGVyOnNlY3JldA==") // reader:secret
///     .body("{}".to_owned())?;
/// let response = sandbox.service().oneshot(request).await?;
/// assert_eq!(response.status(), StatusCode::FORBIDDEN);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use]
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiClient {
    pub(crate) id: String,
    pub(crate) secret: String,
    #[serde(default)]
    pub(crate) permissions: Allowed,
    #[serde(default)]
    pub(crate) namespaces: Allowed,
    pub(crate) primary_namespace: Option<String>,
}

impl ApiClient {
    /// Creates a client with all permissions in all namespaces.
    pub fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            permissions: Allowed::All,
            namespaces: Allowed::All,
            primary_namespace: None,
        }
    }

    /// Limits the client to these permissions and the permissions that they depend on.
    pub fn permissions(mut self, ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.permissions = Allowed::only(ids);
        self
    }

    /// Limits the client to the namespaces with these codes.
    pub fn namespaces(mut self, codes: impl IntoIterator<Item: Into<String>>) -> Self {
        self.namespaces = Allowed::only(codes);
        self
    }

    /// Sets the namespace of objects that this client creates without `nsCode`.
    ///
    /// The default is the first namespace to which the client has access.
    pub fn primary_namespace(mut self, code: &str) -> Self {
        self.primary_namespace = Some(code.to_owned());
        self
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient")
            .field("id", &self.id)
            .field("permissions", &self.permissions)
            .field("namespaces", &self.namespaces)
            .field("primary_namespace", &self.primary_namespace)
            .finish_non_exhaustive()
    }
}

/// An OIDC client, which requests tokens at the token endpoint.
///
/// Its JSON is that of `POST /sandbox/clients/oidc`, with the secret, if there is one.
///
/// # Examples
///
/// ```
/// use http::{Request, StatusCode};
/// use serde_json::json;
/// use tower::ServiceExt as _;
/// use trivore_sandbox::{OidcClient, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// sandbox.create_oidc_client(OidcClient::public("app"));
/// sandbox.add_user(json!({"username": "jane", "password": "secret"}))?;
///
/// let form = "grant_type=password&client_id=app&username=jane&password=secret";
/// let request = Request::post("/openid/token").body(form.to_owned())?;
/// let response = sandbox.service().oneshot(request).await?;
/// assert_eq!(response.status(), StatusCode::OK);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use]
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OidcClient {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    #[serde(default = "default_redirect_uri", deserialize_with = "redirect_uri_or_default")]
    pub(crate) redirect_uri: String,
    /// Further redirect URIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) redirect_uris: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    #[serde(default, rename = "idTokenSignedResponseAlg")]
    pub(crate) id_token_alg: SigningAlgorithm,
    #[serde(default)]
    pub(crate) permissions: Allowed,
}

/// Algorithm with which ID tokens are signed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SigningAlgorithm {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// RSA (PKCS #1 v1.5) with SHA-256.
    #[default]
    Rs256,
}

impl SigningAlgorithm {
    pub(crate) const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// Returns the name of the algorithm in JOSE.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl OidcClient {
    /// Creates a confidential client.
    pub fn new(id: &str, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..Self::public(id) }
    }

    /// Creates a public client, which has no secret and sends only its identifier.
    pub fn public(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: None,
            redirect_uri: default_redirect_uri(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            id_token_alg: SigningAlgorithm::default(),
            permissions: Allowed::All,
        }
    }

    /// Sets the redirect URI that is written to the properties file, and to which a browser may
    /// return; the default is `http://127.0.0.1/callback`.
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.redirect_uri);
        self
    }

    /// Registers further redirect URIs, to which a browser may return after it signed in.
    ///
    /// They are compared exactly, and so is the one of [`redirect_uri`](Self::redirect_uri). One
    /// that is not an absolute URI in ASCII without a fragment is never accepted.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::{OidcClient, SigningAlgorithm};
    ///
    /// let client = OidcClient::public("app")
    ///     .redirect_uris(["http://localhost:3000/callback", "com.example.app:/callback"])
    ///     .post_logout_redirect_uris(["http://localhost:3000/"])
    ///     .id_token_signed_response_alg(SigningAlgorithm::Es256);
    /// # let _ = client;
    /// ```
    pub fn redirect_uris(mut self, uris: impl IntoIterator<Item: Into<String>>) -> Self {
        self.redirect_uris.extend(uris.into_iter().map(Into::into));
        self
    }

    /// Registers URIs to which a browser may return after it signed out.
    pub fn post_logout_redirect_uris(
        mut self,
        uris: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        self.post_logout_redirect_uris.extend(uris.into_iter().map(Into::into));
        self
    }

    /// Sets the algorithm with which ID tokens for this client are signed; the default is RS256.
    pub fn id_token_signed_response_alg(mut self, algorithm: SigningAlgorithm) -> Self {
        self.id_token_alg = algorithm;
        self
    }

    /// Fails if a browser cannot be redirected to one of the URIs.
    pub(crate) fn check_uris(&self) -> Result<(), String> {
        let mut uris = self
            .all_redirect_uris()
            .chain(self.post_logout_redirect_uris.iter().map(String::as_str));
        match uris.find(|uri| !is_redirect_uri(uri)) {
            None => Ok(()),
            Some(uri) => Err(format!(
                "{uri:?} is no redirect URI, which must be absolute, in ASCII, and without a fragment"
            )),
        }
    }

    /// Returns all redirect URIs that the client may use.
    pub(crate) fn all_redirect_uris(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.redirect_uri).chain(&self.redirect_uris).map(String::as_str)
    }

    /// Adds the URIs that `other` has and this client lacks, and returns whether there were any.
    pub(crate) fn add_uris(&mut self, other: &Self) -> bool {
        let new = |known: &[String], uris: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            uris.filter(|uri| !known.iter().any(|it| it == uri)).map(str::to_owned).collect()
        };
        let mut known: Vec<String> = self.all_redirect_uris().map(str::to_owned).collect();
        let redirect = new(&known, &mut other.all_redirect_uris());
        known.clone_from(&self.post_logout_redirect_uris);
        let uris = &other.post_logout_redirect_uris;
        let post_logout = new(&known, &mut uris.iter().map(String::as_str));
        let has_new = !redirect.is_empty() || !post_logout.is_empty();
        self.redirect_uris.extend(redirect);
        self.post_logout_redirect_uris.extend(post_logout);
        has_new
    }

    /// Limits the permissions of the client, in tokens of the client credentials grant.
    pub fn permissions(mut self, ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.permissions = Allowed::only(ids);
        self
    }
}

fn default_redirect_uri() -> String {
    "http://127.0.0.1/callback".to_owned()
}

/// Reads a redirect URI, or the default in place of `null`.
fn redirect_uri_or_default<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(default_redirect_uri))
}

/// Returns whether a browser can be redirected to a URI, which becomes a header.
pub(crate) fn is_redirect_uri(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_web = ["http", "https"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    let runs_code = ["javascript", "data", "vbscript", "blob", "file"];
    is_scheme
        && !runs_code.iter().any(|it| scheme.eq_ignore_ascii_case(it))
        && !rest.is_empty()
        && (!is_web || rest.strip_prefix("//").is_some_and(|rest| !rest.starts_with(['/', '?'])))
        && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&byte))
}

impl fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcClient")
            .field("id", &self.id)
            .field("is_public", &self.secret.is_none())
            .field("redirect_uri", &self.redirect_uri)
            .field("redirect_uris", &self.redirect_uris)
            .field("post_logout_redirect_uris", &self.post_logout_redirect_uris)
            .field("id_token_alg", &self.id_token_alg)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}
