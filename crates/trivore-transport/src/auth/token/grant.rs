//! The OAuth 2.0 grant that tokens are requested with.

use std::fmt;

use http::Uri;

use crate::address::BaseUrl;
use crate::auth::token::oidc_client::OidcClient;
use crate::auth::token::secret_string::SecretString;

/// Requests access tokens from the service's token endpoint.
///
/// Pass it to [`Credentials::token`](crate::Credentials::token). Before its first token request,
/// the client reads the service's discovery document. It is at
/// `/.well-known/openid-configuration` below the client's address, its path included (OpenID
/// Connect Discovery 1.0, section 4.1), and is looked for nowhere else. The document is trusted
/// for its origin: the token endpoint that it names must have the scheme, host and port of the
/// client's address, and any path. [`issuer`](Self::issuer) and
/// [`token_endpoint`](Self::token_endpoint) allow another place.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, Client, Credentials, OidcClient, OidcGrant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let grant = OidcGrant::client_credentials(OidcClient::new("3543289205522754", "secret"))
///     .scopes(&["https://oneportal.trivore.com/scope/users.readonly"]);
/// // This service replaces HTTP, with a discovery document, a token endpoint and an API.
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::token(grant))
///     .service(tower::service_fn(async |request: Request<Body>| {
///         let json = match request.uri().path() {
///             "/.well-known/openid-configuration" => {
///                 r#"{"token_endpoint":"https://id.example.com/token"}"#.to_owned()
///             }
///             "/token" => r#"{"access_token":"t1","expires_in":3600}"#.to_owned(),
///             _ => format!("{:?}", request.headers()["authorization"].to_str()?),
///         };
///         Ok::<_, BoxError>(Response::new(json))
///     }))
///     .build()?;
///
/// let header: String = client.send(Call::get(&["ping"])).await?;
///
/// assert_eq!(header, "Bearer t1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a grant does nothing until it is passed to `Credentials::token`"]
pub struct OidcGrant {
    client: OidcClient,
    kind: GrantKind,
    scopes: String,
    place: EndpointSource,
}

#[derive(Clone)]
enum GrantKind {
    ClientCredentials,
    Password { username: SecretString, password: SecretString },
    RefreshToken(SecretString),
}

/// How the token endpoint is found.
#[derive(Clone)]
pub(crate) enum EndpointSource {
    /// In the discovery document below the API's own address.
    Discovered,
    /// In the discovery document below this address.
    Issuer(BaseUrl),
    /// Configured, without discovery.
    Endpoint(Uri),
    /// Configured, but not a URL, with the error text.
    Malformed(&'static str),
}

impl OidcGrant {
    /// Requests tokens for the client itself, with the client credentials grant.
    pub fn client_credentials(client: OidcClient) -> Self {
        Self::new(client, GrantKind::ClientCredentials)
    }

    /// Requests tokens for a user, with the username and password.
    ///
    /// Only a highly trusted program should know a user's password. The first token is requested
    /// with the password, later ones with the refresh token if the server returns one. All of them
    /// are sent in the request body.
    pub fn password(client: OidcClient, username: &str, password: &str) -> Self {
        let kind = GrantKind::Password { username: username.into(), password: password.into() };
        Self::new(client, kind)
    }

    /// Requests tokens with a refresh token that was obtained elsewhere.
    ///
    /// A server may rotate the refresh token with each use. To keep the latest one beyond the
    /// lifetime of the process, add a [`TokenStore`](crate::TokenStore) to the source.
    pub fn refresh_token(client: OidcClient, token: &str) -> Self {
        Self::new(client, GrantKind::RefreshToken(token.into()))
    }

    fn new(client: OidcClient, kind: GrantKind) -> Self {
        Self { client, kind, scopes: String::new(), place: EndpointSource::Discovered }
    }

    /// Requests these scopes.
    ///
    /// They are not sent with a refresh token: the scopes stay those that were granted.
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = scopes.join(" ");
        self
    }

    /// Trusts this address, and finds the token endpoint in its discovery document.
    ///
    /// The document is below the address, its path included. The token endpoint must have the
    /// scheme, host and port of this address.
    pub fn issuer(mut self, address: &str) -> Self {
        self.place = match address.parse() {
            Ok(address) => EndpointSource::Issuer(address),
            Err(_malformed) => EndpointSource::Malformed("the issuer's address is not a URL"),
        };
        self
    }

    /// Trusts this URL, and sends token requests to it without discovery.
    pub fn token_endpoint(mut self, url: &str) -> Self {
        self.place = match url.parse::<Uri>() {
            Ok(uri) if is_endpoint(&uri) => EndpointSource::Endpoint(uri),
            _ => EndpointSource::Malformed(
                "the token endpoint is not a URL such as https://host/token",
            ),
        };
        self
    }

    /// Why the grant cannot work, as far as this is known without a request.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if let EndpointSource::Malformed(fault) = self.place {
            return Some(fault);
        }
        if !self.client.is_complete() {
            return Some("the identifier or secret of the OpenID Connect client is empty");
        }
        match &self.kind {
            GrantKind::ClientCredentials if !self.client.has_secret() => {
                Some("a public client cannot use the client credentials grant")
            }
            GrantKind::Password { username, password }
                if username.is_empty() || password.is_empty() =>
            {
                Some("the username or password is empty")
            }
            GrantKind::RefreshToken(token) if token.is_empty() => {
                Some("the refresh token is empty")
            }
            GrantKind::ClientCredentials
            | GrantKind::Password { .. }
            | GrantKind::RefreshToken(_) => None,
        }
    }

    pub(crate) fn client(&self) -> &OidcClient {
        &self.client
    }

    pub(crate) fn place(&self) -> &EndpointSource {
        &self.place
    }

    /// The form of a token request with the configured grant.
    pub(crate) fn form(&self) -> String {
        let parameters = match &self.kind {
            GrantKind::ClientCredentials => vec![("grant_type", "client_credentials")],
            GrantKind::Password { username, password } => vec![
                ("grant_type", "password"),
                ("username", username.expose()),
                ("password", password.expose()),
            ],
            GrantKind::RefreshToken(token) => return self.refresh_form(token),
        };
        let scopes = (!self.scopes.is_empty()).then_some(("scope", self.scopes.as_str()));
        self.encode(parameters.into_iter().chain(scopes))
    }

    /// The form of a token request with a refresh token, without scopes.
    pub(crate) fn refresh_form(&self, token: &SecretString) -> String {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.expose())];
        self.encode(parameters.into_iter())
    }

    fn encode<'a>(&'a self, parameters: impl Iterator<Item = (&'static str, &'a str)>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(parameters).extend_pairs(self.client.parameters());
        form.finish()
    }

    /// Whether to use refresh tokens; a client needs none to get tokens for itself.
    pub(crate) fn uses_refresh_tokens(&self) -> bool {
        !matches!(self.kind, GrantKind::ClientCredentials)
    }

    /// Whether the grant can get a token at any time, without a refresh token.
    pub(crate) fn works_without_refresh_token(&self) -> bool {
        !matches!(self.kind, GrantKind::RefreshToken(_))
    }

    /// Whether there is another way to get a token if this refresh token is rejected.
    pub(crate) fn has_fallback_for(&self, refresh_token: &SecretString) -> bool {
        !matches!(&self.kind, GrantKind::RefreshToken(own) if own == refresh_token)
    }

    /// All secrets of the grant, to redact them.
    pub(crate) fn secrets(&self) -> Vec<&SecretString> {
        let own = match &self.kind {
            GrantKind::ClientCredentials => Vec::new(),
            GrantKind::Password { username, password } => vec![password, username],
            GrantKind::RefreshToken(token) => vec![token],
        };
        own.into_iter().chain(self.client.secret()).collect()
    }
}

impl fmt::Debug for OidcGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            GrantKind::ClientCredentials => "client_credentials",
            GrantKind::Password { .. } => "password",
            GrantKind::RefreshToken(_) => "refresh_token",
        };
        f.debug_struct("OidcGrant")
            .field("kind", &kind)
            .field("client", &self.client)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Whether `uri` is an absolute http or https URL without user information.
pub(crate) fn is_endpoint(uri: &Uri) -> bool {
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("https" | "http")) && has_host && !has_user
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_the_grant_and_its_scopes() {
        let client = || OidcClient::new("id", "secret");

        let own = OidcGrant::client_credentials(client()).scopes(&["a", "b/c"]);
        let user = OidcGrant::password(client().in_form(), "jane@x", "p&=");
        let later = OidcGrant::refresh_token(client(), "r1").scopes(&["a"]);

        assert_eq!(own.form(), "grant_type=client_credentials&scope=a+b%2Fc");
        assert_eq!(
            user.form(),
            "grant_type=password&username=jane%40x&password=p%26%3D&client_id=id&client_secret=secret"
        );
        assert_eq!(later.form(), "grant_type=refresh_token&refresh_token=r1");
    }

    #[test]
    fn what_cannot_work_is_told_without_a_server() {
        let client = || OidcClient::new("id", "secret");
        for grant in [
            OidcGrant::client_credentials(OidcClient::public("id")),
            OidcGrant::client_credentials(OidcClient::new("id", "")),
            OidcGrant::password(client(), "", "x"),
            OidcGrant::password(client(), "x", ""),
            OidcGrant::refresh_token(client(), ""),
            OidcGrant::client_credentials(client()).token_endpoint("/openid/token"),
            OidcGrant::client_credentials(client()).token_endpoint("ftp://a.example/token"),
            OidcGrant::client_credentials(client()).issuer("a.example"),
        ] {
            assert!(grant.fault().is_some(), "{grant:?}");
        }
        assert_eq!(OidcGrant::password(OidcClient::public("id"), "a", "b").fault(), None);
    }

    #[test]
    fn all_secrets_are_known() {
        let client = || OidcClient::new("id", "secret");
        let texts = |grant: OidcGrant| {
            let secrets: Vec<_> = grant.secrets().iter().map(|s| s.expose().to_owned()).collect();
            secrets.join(" ")
        };

        assert_eq!(texts(OidcGrant::client_credentials(client())), "secret");
        assert_eq!(texts(OidcGrant::password(client(), "jane", "pw")), "pw jane secret");
        assert_eq!(texts(OidcGrant::refresh_token(OidcClient::public("id"), "r1")), "r1");
    }

    #[test]
    fn nothing_of_it_shows() {
        let grant = OidcGrant::password(OidcClient::new("MARK", "MARK"), "MARK", "MARK");

        let shown = format!("{grant:?}");

        assert!(shown.contains(r#"kind: "password", client: OidcClient { is_public: false"#));
        assert!(!shown.contains("MARK"), "{shown}");
    }
}
