//! Stores tokens beyond the lifetime of a client.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::auth::token::access_token::AccessToken;
use crate::error::BoxError;

/// Stores tokens beyond the lifetime of a client, with two functions of yours.
///
/// You need it for a refresh token that the server rotates. The client calls `load` once, before
/// it needs the first token, and `save` with each new token, before it uses that token. Each has a
/// time limit of five seconds. If one fails or panics, the client logs that and continues without
/// it. `load` is called again only if the client's runtime was dropped while it ran.
///
/// The client uses the loaded token as it is, so set `expires_in` to the remaining lifetime or to
/// `None`. If its text is empty, the client uses the refresh token only.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use http::{Request, Response};
/// use trivore_transport::{
///     AccessToken, Body, BoxError, Call, Client, Credentials, OidcClient, OidcGrant, TokenSource,
///     TokenStore,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Yours may be a file or a database.
/// let stored = Arc::new(Mutex::new(None::<AccessToken>));
/// let (reader, writer) = (Arc::clone(&stored), Arc::clone(&stored));
/// let store = TokenStore::new(
///     move || {
///         let token = reader.lock().unwrap().clone();
///         async { Ok(token) }
///     },
///     move |token| {
///         *writer.lock().unwrap() = Some(token);
///         async { Ok(()) }
///     },
/// );
/// let grant = OidcGrant::refresh_token(OidcClient::public("3543289205522754"), "r1")
///     .token_endpoint("https://id.example.com/token");
/// // This service replaces HTTP. It rotates the refresh token.
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::token(TokenSource::from(grant).store(store)))
///     .service(tower::service_fn(async |_: Request<Body>| {
///         let json = r#"{"access_token":"t1","expires_in":3600,"refresh_token":"r2"}"#;
///         Ok::<_, BoxError>(Response::new(json.to_owned()))
///     }))
///     .build()?;
///
/// client.execute(Call::get(&["ping"])).await?;
///
/// let token = stored.lock().unwrap().clone().expect("a token was saved");
/// assert_eq!(token.refresh_token, Some("r2".into()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenStore {
    load: Arc<Load>,
    save: Arc<Save>,
}

type Load = dyn Fn() -> BoxFuture<'static, Result<Option<AccessToken>, BoxError>> + Send + Sync;
type Save = dyn Fn(AccessToken) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync;

impl TokenStore {
    /// Creates a store from two functions.
    pub fn new<L, LF, S, SF>(load: L, save: S) -> Self
    where
        L: Fn() -> LF + Send + Sync + 'static,
        LF: Future<Output = Result<Option<AccessToken>, BoxError>> + Send + 'static,
        S: Fn(AccessToken) -> SF + Send + Sync + 'static,
        SF: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        Self {
            load: Arc::new(move || Box::pin(load())),
            save: Arc::new(move |token| Box::pin(save(token))),
        }
    }

    pub(crate) async fn load(&self) -> Result<Option<AccessToken>, BoxError> {
        (self.load)().await
    }

    pub(crate) async fn save(&self, token: AccessToken) -> Result<(), BoxError> {
        (self.save)(token).await
    }
}

impl fmt::Debug for TokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenStore")
    }
}
