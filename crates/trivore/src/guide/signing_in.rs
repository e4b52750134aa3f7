//! Credentials and access tokens.
//!
//! The service has two kinds of credentials. Most programs use a Management API client: an id and a
//! secret, sent with each request (HTTP Basic). An OpenID Connect client exchanges its id and
//! secret for an access token. [`Credentials`] holds either, and its `Debug` shows neither.
//!
//! # As a client of the Management API
//!
//! ```no_run
//! use trivore::{Credentials, Trivore};
//!
//! let trivore = Trivore::builder("https://id.example.com")
//!     .credentials(Credentials::basic("9939129297585525", "secret"))
//!     .build()?;
//! # Ok::<(), trivore::ConfigError>(())
//! ```
//!
//! A 401 is not retried in this mode. A 403 names the missing permission (documented); see
//! [`Error::missing_permission`].
//!
//! # As an OpenID Connect client
//!
//! [`OidcGrant`] supports three grants: [client credentials], [password], for highly trusted
//! programs only, and [refresh token]. Scopes differ between installations.
//!
//! ```
//! use trivore::models::PageRequest;
//! use trivore::{Credentials, OidcClient, OidcGrant, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let client = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
//! let grant = OidcGrant::password(client, sandbox.username(), sandbox.password())
//!     .scopes(&["https://oneportal.trivore.com/scope/users.readonly"]);
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::token(grant))
//!     .build()?;
//!
//! trivore.users().list(&PageRequest::new()).await?;
//!
//! // The server no longer accepts the token: the SDK signs in again and repeats the call.
//! sandbox.expire_tokens();
//! trivore.users().list(&PageRequest::new()).await?;
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The client requests the first token with the first call, not when it is built. From then on:
//!
//! - All clones of a client share one token.
//! - The token is refreshed before it expires, by a single request no matter how many calls are
//!   waiting. The refresh starts in the last minute or the last tenth of the token's lifetime,
//!   whichever is longer. Calls use the old token meanwhile, except in its last five seconds.
//! - If the server rejects a token with 401, the call is repeated once with another token, unless
//!   the server says that the token's scope is insufficient. A 403 never refreshes. The same
//!   applies if a token expires while its call waits for a rate limit: an expired token is not
//!   sent.
//! - If a refresh fails, a token that is still valid stays in use.
//!
//! The token endpoint is the one that the discovery document of the service names. The document is
//! below the path of the service's address, and the endpoint must have the scheme, host and port of
//! that address. [`OidcGrant::issuer`] and [`OidcGrant::token_endpoint`] allow
//! another one.
//!
//! A server may replace a refresh token at each use. To keep the newest one beyond the life of the
//! process, add a [`TokenStore`].
//!
//! # With tokens of your own
//!
//! If something else refreshes the token, [`TokenSource::new`] takes a function that returns it.
//! The SDK calls it before the token expires, and shares the result in the same way:
//!
//! ```
//! use std::time::Duration;
//! use trivore::Credentials;
//! use trivore::transport::{AccessToken, TokenSource};
//!
//! let credentials = Credentials::token(TokenSource::new(|| async {
//!     let text = std::fs::read_to_string("/run/secrets/token")?;
//!     Ok(AccessToken::new(text.trim()).valid_for(Duration::from_secs(600)))
//! }));
//! ```
//!
//! [`Credentials::bearer`] takes one token that never changes, for a program that handles a single
//! request of a signed-in user.
//!
//! # When signing in fails
//!
//! If no token can be obtained, the call is not sent, and [`Error::is_authorization`] is true.
//! [`Error::is_token_refused`] means that the token endpoint rejected the request with an error of
//! OAuth 2.0, so that a retry does not help: the credentials are wrong, or they do not allow what
//! was requested. [`Error::api`] then has the response of the token endpoint.
//!
//! ```
//! use trivore::models::PageRequest;
//! use trivore::{Credentials, OidcClient, OidcGrant, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let client = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
//! let grant = OidcGrant::password(client, sandbox.username(), "not the password");
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::token(grant))
//!     .build()?;
//!
//! let error = trivore.users().list(&PageRequest::new()).await.unwrap_err();
//!
//! assert!(error.is_authorization() && error.is_token_refused());
//! assert_eq!(error.api().and_then(|response| response.oauth_error()), Some("invalid_grant"));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Plain HTTP
//!
//! [`build`](crate::TrivoreBuilder::build) fails if credentials would be sent over plain `http` to
//! another machine. [`ClientBuilder::allow_plain_http`] allows it; everybody on the way can then
//! read them. This machine (`localhost`, `127.0.0.0/8`, `::1`) is always allowed. Redirects are not
//! followed, so that credentials never reach another host.
//!
//! [`ClientBuilder::allow_plain_http`]: crate::transport::ClientBuilder::allow_plain_http
//! [`Credentials`]: crate::Credentials
//! [`Credentials::bearer`]: crate::Credentials::bearer
//! [`Error::api`]: crate::Error::api
//! [`Error::is_authorization`]: crate::Error::is_authorization
//! [`Error::is_token_refused`]: crate::Error::is_token_refused
//! [`Error::missing_permission`]: crate::Error::missing_permission
//! [`OidcGrant`]: crate::OidcGrant
//! [`OidcGrant::issuer`]: crate::OidcGrant::issuer
//! [`OidcGrant::token_endpoint`]: crate::OidcGrant::token_endpoint
//! [`TokenSource::new`]: crate::transport::TokenSource::new
//! [`TokenStore`]: crate::transport::TokenStore
//! [client credentials]: crate::OidcGrant::client_credentials
//! [password]: crate::OidcGrant::password
//! [refresh token]: crate::OidcGrant::refresh_token
