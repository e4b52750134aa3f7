//! Access tokens: requests, caches and refreshes them for all clones of a client.
//!
//! A client with `Credentials::token` sends each call with an access token. Two layers use this
//! module. The token layer, above the rate limit, waits until a token is cached; no other layer
//! requests tokens. The sign layer, below the rate limit, adds the newest cached token to the
//! request, and reports whether the server accepted it. If the server rejects it with 401, or if
//! there is no valid token when the request's turn comes, the retry layer repeats the request once,
//! and the token layer gets another token.
//!
//! ```text
//! token layer ─▶ cache ─▶ refresh in flight ─▶ session ─▶ channel ─▶ attempt layer ─▶ connector
//! ```
//!
//! 1. The cache (`cache`) holds one token. It returns a fresh token immediately. In the last minute
//!    or tenth of the lifetime, whichever is longer, it still returns the token, and starts a
//!    refresh in the background. Without a token, or in its last five seconds, the call waits for
//!    the refresh. If the lifetime is short, both windows are shorter (`lifetime`).
//! 2. A refresh (`refresh`) runs in its own task, so it outlives the call that started it. All
//!    waiters get the same result, an error included (`refresh_failure`). The task sends
//!    heartbeats. If they stop, because the task's runtime was dropped or is idle, the waiters
//!    abandon the refresh, and one of them starts another.
//! 3. The session (`session`) gets the token. For an [`OidcGrant`], it finds the token endpoint
//!    (`discovery`), sends the refresh token if it has one or else the configured grant (`grant`),
//!    and reads the response (`token_response`). It keeps the endpoint and the refresh token for
//!    the next refresh. It reads a [`TokenStore`] once, and writes to it after each refresh.
//! 4. The channel (`channel`) sends the token requests through the stack below the sign layer. They
//!    bypass the retries, the concurrency limit and the rate limit of calls. The channel retries by
//!    itself, but never waits beyond the last deadline of the waiters (`refresh_deadline`).
//!
//! Invariants:
//!
//! - One refresh is in flight at a time. An abandoned one may still end; its result then never
//!   replaces a valid token.
//! - If a refresh fails, calls go on with the old token as long as it is valid. Permanent failures
//!   (rejected credentials, invalid settings) are remembered for two seconds, others are not.
//! - An operation that rejects any token does not take the cached one away from the others, and
//!   causes token requests at a bounded rate only (`rejections`).
//! - A refresh token that may have been used is not sent again if the grant works without it.
//! - Credentials are sent only to an endpoint at the service's own origin or one that the grant
//!   names, and only over https, to this machine, or if plain http is allowed.
//! - Tokens, passwords and secrets never appear in errors, logs or `Debug`.

mod access_token;
mod cache;
mod channel;
mod discovery;
mod grant;
mod lifetime;
mod oidc_client;
mod redaction;
mod refresh;
mod refresh_deadline;
mod refresh_failure;
mod rejections;
mod secret_string;
mod session;
mod source;
mod store;
mod token_response;

pub use access_token::AccessToken;
pub(crate) use cache::TokenCache;
pub(crate) use channel::Channel;
pub use grant::OidcGrant;
pub use oidc_client::OidcClient;
pub(crate) use refresh::CachedToken;
pub(crate) use rejections::TokenTarget;
pub use secret_string::SecretString;
pub use source::TokenSource;
pub use store::TokenStore;
