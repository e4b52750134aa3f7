//! Keeping tokens beyond the life of a client.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::BoxError;
use crate::token::AccessToken;

/// Functions of yours that keep tokens, for instance a refresh token that changes at each use.
///
/// `load` is asked once, before the first token is needed, and `save` is told of each new token
/// before it is used. A failure of either is logged and harms no call; either has five seconds.
///
/// What `load` gives is used as it is: make `expires_in` the time that is left, or `None`. A
/// token with an empty text counts for its refresh token only.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use trivore_transport::{AccessToken, TokenStore};
///
/// let kept = Arc::new(Mutex::new(None::<AccessToken>));
/// let (from, to) = (Arc::clone(&kept), kept);
/// let store = TokenStore::new(
///     move || {
///         let token = from.lock().ok().and_then(|kept| kept.clone());
///         async move { Ok(token) }
///     },
///     move |token| {
///         let saved = to.lock().map(|mut kept| *kept = Some(token));
///         let saved = saved.map_err(|_poisoned| "the store is broken".into());
///         async move { saved }
///     },
/// );
/// ```
#[derive(Clone)]
pub struct TokenStore {
    load: Arc<Load>,
    save: Arc<Save>,
}

type Load = dyn Fn() -> BoxFuture<'static, Result<Option<AccessToken>, BoxError>> + Send + Sync;
type Save = dyn Fn(AccessToken) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync;

impl TokenStore {
    /// Makes a store of two functions.
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
