//! Access tokens: where they come from, how long they serve, and one request for all who wait.
//!
//! ```text
//! call ─▶ authorization ─▶ cache ─▶ flight ─▶ session ─▶ channel ─▶ attempt ─▶ connector
//! ```
//!
//! The cache holds one token for all clones of a client and knows its age. A flight is one
//! refresh under way, in a task of its own: it outlives the call that began it. The session
//! keeps what is needed from one refresh to the next: the endpoint and the refresh token. The
//! channel sends token requests through the lower stack, past the retry and the rate limit of calls.

mod access_token;
mod cache;
mod channel;
mod discovery;
mod failure;
mod flight;
mod grant;
mod lifetime;
mod oidc_client;
mod patience;
mod response;
mod secret;
mod session;
mod source;
mod store;

pub use access_token::AccessToken;
pub(crate) use cache::TokenCache;
pub(crate) use channel::Channel;
pub use grant::OidcGrant;
pub use oidc_client::OidcClient;
pub use secret::Secret;
pub use source::TokenSource;
pub use store::TokenStore;
