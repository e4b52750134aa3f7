//! The moment in which a request is passed on to a connection's task.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Whether requests may be passed on to a connection.
///
/// The library passes them on through a queue, which is emptied when the connection's task ends.
/// What is added to the queue in just that moment would stay in it, without a response or an
/// error, until the last handle to the connection is dropped; and the request holds one.
#[derive(Debug, Default)]
pub(super) struct Handover {
    has_ended: Mutex<bool>,
}

impl Handover {
    /// Passes a request on with `pass`, unless the connection has ended.
    pub(super) fn pass<T>(&self, pass: impl FnOnce() -> T) -> Option<T> {
        let has_ended = self.has_ended.lock().unwrap_or_else(PoisonError::into_inner);
        (!*has_ended).then(pass)
    }

    /// Lets no more requests pass; one that is being passed on is in the queue afterwards.
    fn end(&self) {
        *self.has_ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// The part of a connection that takes requests; it ends the handover before it is dropped.
#[derive(Debug)]
pub(super) struct Receiving<C> {
    connection: C,
    handover: Arc<Handover>,
}

impl<C> Receiving<C> {
    pub(super) fn new(connection: C, handover: Arc<Handover>) -> Self {
        Self { connection, handover }
    }
}

impl<C> Deref for Receiving<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.connection
    }
}

impl<C> DerefMut for Receiving<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.connection
    }
}

impl<C> Drop for Receiving<C> {
    fn drop(&mut self) {
        self.handover.end();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use futures_util::FutureExt as _;
    use http::Request;
    use hyper::client::conn::http1;
    use hyper_util::rt::TokioIo;

    use super::*;
    use crate::message::Body;

    /// Without the handover, about one round in 20,000 loses its request.
    #[test]
    fn a_request_that_is_passed_on_while_its_connection_ends_is_handed_back() {
        let mut passed_on = 0;
        for round in 0..ROUNDS {
            let (io, _server) = tokio::io::duplex(64);
            let handshake = http1::handshake::<_, Body>(TokioIo::new(io)).now_or_never();
            let (mut sender, connection) = handshake.unwrap().unwrap();
            let handover = Arc::default();
            let connection = Receiving::new(connection, Arc::clone(&handover));
            let start = Barrier::new(2);
            let passed = thread::scope(|scope| {
                scope.spawn(|| {
                    start.wait();
                    (0..round % 64).for_each(|_| std::hint::spin_loop());
                    drop(connection);
                });
                start.wait();
                handover.pass(|| sender.try_send_request(Request::default()))
            });

            if let Some(response) = passed {
                passed_on += 1;
                let mut error = response.now_or_never().expect("an end").unwrap_err();
                assert!(error.take_message().is_some(), "{round}");
            }
        }
        assert!(passed_on > 0, "no request was passed on");
    }

    const ROUNDS: u32 = 20_000;
}
