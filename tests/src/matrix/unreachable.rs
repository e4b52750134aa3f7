//! A server that the client cannot connect to, once or always.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt as _};
use trivore::Error;
use trivore::transport::{Body, Next};

use super::Times;

/// Fails the first attempt, or all of them, with a connect error.
#[derive(Clone, Debug)]
pub(super) struct Unreachable {
    times: Times,
    hits: Arc<AtomicU64>,
}

impl Unreachable {
    pub(super) fn new(times: Times) -> Self {
        Self { times, hits: Arc::default() }
    }

    /// Returns the number of attempts that failed.
    pub(super) fn hits(&self) -> u64 {
        self.hits.load(Ordering::SeqCst)
    }

    fn fails(&self) -> bool {
        let fails = self.times == Times::Always || self.hits() == 0;
        if fails {
            self.hits.fetch_add(1, Ordering::SeqCst);
        }
        fails
    }
}

impl Layer<Next> for Unreachable {
    type Service = BoxCloneSyncService<Request<Body>, Response<Body>, Error>;

    fn layer(&self, next: Next) -> Self::Service {
        let this = self.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
            let (next, fails) = (next.clone(), this.fails());
            let result: BoxFuture<'static, Result<Response<Body>, Error>> = Box::pin(async move {
                if fails { Err(Error::connect("refused")) } else { next.oneshot(request).await }
            });
            result
        }))
    }
}
