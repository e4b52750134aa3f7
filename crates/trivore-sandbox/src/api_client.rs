//! Clients that may call the sandbox: Management API clients and OIDC clients.

use std::collections::BTreeSet;
use std::fmt;

/// A Management API client: its credentials and what it may do.
///
/// # Examples
///
/// ```
/// use trivore_sandbox::ApiClient;
///
/// let reader = ApiClient::new("1000000000000009", "secret").permissions(["ACCOUNT_VIEW"]);
/// ```
#[must_use]
#[derive(Clone)]
pub struct ApiClient {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) permissions: Allowed,
    pub(crate) namespaces: Allowed,
    pub(crate) primary_namespace: Option<String>,
}

impl ApiClient {
    /// Describes a client with all permissions in all namespaces.
    pub fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            permissions: Allowed::All,
            namespaces: Allowed::All,
            primary_namespace: None,
        }
    }

    /// Limits the client to these permissions and what they depend on.
    pub fn permissions(mut self, ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.permissions = Allowed::only(ids);
        self
    }

    /// Limits the client to the namespaces with these codes.
    pub fn namespaces(mut self, codes: impl IntoIterator<Item: Into<String>>) -> Self {
        self.namespaces = Allowed::only(codes);
        self
    }

    /// Sets the namespace of users that are created without one.
    ///
    /// The default is the first namespace that the client may access.
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

/// An OIDC client, which gets tokens at the token endpoint.
#[must_use]
#[derive(Clone)]
pub struct OidcClient {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) permissions: Allowed,
}

impl OidcClient {
    /// Describes a confidential client.
    pub fn new(id: &str, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..Self::public(id) }
    }

    /// Describes a public client, which has no secret and sends only its id.
    pub fn public(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: None,
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            permissions: Allowed::All,
        }
    }

    /// Sets the redirect address named in the properties file.
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.redirect_uri);
        self
    }

    /// Limits what a client credentials token of this client may do.
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

/// Everything, or just what is listed.
#[derive(Clone, Debug)]
pub(crate) enum Allowed {
    All,
    Only(BTreeSet<String>),
}

impl Allowed {
    pub(crate) fn only(items: impl IntoIterator<Item: Into<String>>) -> Self {
        Self::Only(items.into_iter().map(Into::into).collect())
    }

    pub(crate) fn contains(&self, item: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(items) => items.contains(item),
        }
    }

    pub(crate) fn add(&mut self, item: &str) {
        if let Self::Only(items) = self {
            items.insert(item.to_owned());
        }
    }
}
