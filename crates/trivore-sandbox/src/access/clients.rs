//! Clients of the sandbox: Management API clients and OIDC clients.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::allowed::Allowed;

/// A Management API client: its credentials, permissions and namespaces.
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
    pub(crate) permissions: Allowed,
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
    pub(crate) redirect_uri: String,
    pub(crate) permissions: Allowed,
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
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            permissions: Allowed::All,
        }
    }

    /// Sets the redirect URI that is written to the properties file.
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.redirect_uri);
        self
    }

    /// Limits the permissions of the client, in tokens of the client credentials grant.
    pub fn permissions(mut self, ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.permissions = Allowed::only(ids);
        self
    }
}

impl fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcClient")
            .field("id", &self.id)
            .field("is_public", &self.secret.is_none())
            .field("redirect_uri", &self.redirect_uri)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}
