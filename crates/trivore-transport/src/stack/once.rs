//! Calls a service once.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::{Either, Ready, ready};
use tower::util::Oneshot;
use tower::{Service, ServiceExt as _};

/// The future of [`once`], which is hardly larger than that of the service.
pub(crate) type Once<S, Q> = Either<<S as Service<Q>>::Future, Pin<Box<Unready<S, Q>>>>;

type Unready<S, Q> = Either<Ready<CallResult<S, Q>>, Oneshot<S, Q>>;

type CallResult<S, Q> = Result<<S as Service<Q>>::Response, <S as Service<Q>>::Error>;

/// Calls a service with one request; a ready service is called before the future is polled.
///
/// Most services are always ready: all of the SDK's layers are. tower's `Oneshot` would take a
/// clone of the service, and keep it and the request in its future until that is polled, and such a
/// large future would be moved from layer to layer. If the service is not ready, the future takes
/// it, since it has a place in its queue, and a clone replaces it.
pub(crate) fn once<S: Service<Q> + Clone, Q>(service: &mut S, request: Q) -> Once<S, Q> {
    match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(())) => Either::Left(service.call(request)),
        Poll::Ready(Err(error)) => {
            // A service that failed is not asked again.
            *service = service.clone();
            Either::Right(Box::pin(Either::Left(ready(Err(error)))))
        }
        Poll::Pending => {
            let clone = service.clone();
            let queued = mem::replace(service, clone);
            Either::Right(Box::pin(Either::Right(queued.oneshot(request))))
        }
    }
}

/// Calls a service at once if there is a clock, and otherwise when the future is first polled.
///
/// A timeout around the future fails without a clock before it polls, so nothing was called.
pub(crate) fn once_if<S: Service<Q> + Clone, Q>(
    has_clock: bool,
    service: &mut S,
    request: Q,
) -> Once<S, Q> {
    if has_clock {
        once(service, request)
    } else {
        Either::Right(Box::pin(Either::Right(service.clone().oneshot(request))))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::FutureExt as _;
    use tower::limit::ConcurrencyLimit;
    use tower::service_fn;

    use super::*;

    #[test]
    fn a_ready_service_is_called_at_once() {
        let (calls, called) = std::sync::mpsc::channel();
        let mut service = service_fn(move |request: u8| {
            calls.send(request).unwrap();
            ready(Ok::<_, ()>(request + 1))
        });

        let result = once(&mut service, 1);

        assert_eq!(called.try_recv(), Ok(1));
        assert_eq!(result.now_or_never(), Some(Ok(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_is_busy_is_waited_for() {
        let slow = service_fn(|request: u8| async move {
            tokio::time::sleep(Duration::from_secs(request.into())).await;
            Ok::<_, ()>(tokio::time::Instant::now())
        });
        let mut service = ConcurrencyLimit::new(slow, 1);
        let begun = tokio::time::Instant::now();

        let (first, second) = tokio::join!(once(&mut service.clone(), 5), once(&mut service, 2));

        assert_eq!(first.unwrap() - begun, Duration::from_secs(5));
        assert_eq!(second.unwrap() - begun, Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_waits_keeps_no_place_in_the_queue_when_it_is_dropped() {
        let slow = service_fn(|seconds: u8| async move {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
            Ok::<_, ()>(tokio::time::Instant::now())
        });
        let mut service = ConcurrencyLimit::new(slow, 1);
        let begun = tokio::time::Instant::now();

        let first = once(&mut service, 5);
        drop(once(&mut service, 1));
        let (first, second) = tokio::join!(first, once(&mut service, 2));

        assert_eq!(first.unwrap() - begun, Duration::from_secs(5));
        assert_eq!(second.unwrap() - begun, Duration::from_secs(7));
    }

    #[test]
    fn a_service_that_cannot_be_called_says_why() {
        #[derive(Clone)]
        struct Broken;
        impl Service<u8> for Broken {
            type Response = u8;
            type Error = &'static str;
            type Future = Ready<Result<u8, &'static str>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
                Poll::Ready(Err("broken"))
            }

            fn call(&mut self, _: u8) -> Self::Future {
                ready(Err("called"))
            }
        }

        assert_eq!(once(&mut Broken, 1).now_or_never(), Some(Err("broken")));
    }
}
