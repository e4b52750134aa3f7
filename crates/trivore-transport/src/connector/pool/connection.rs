//! Handles to open connections.

use std::sync::Arc;

use hyper::client::conn::{http1, http2};
use hyper_util::client::legacy::connect::Connected;

use crate::connector::pool::handover::Handover;
use crate::connector::pool::state::{Exclusive, Shared};
use crate::connector::pool::traffic::Traffic;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::tls::Report;
use crate::error::ConnectError;
use crate::message::Body;

/// A handle to an HTTP/1.1 connection; it is closed when the handle is dropped.
#[derive(Debug)]
pub(super) struct Http1 {
    pub(super) sender: http1::SendRequest<Body>,
    pub(super) facts: Arc<Facts>,
}

/// A handle to an HTTP/2 connection; it is closed when the last handle is dropped.
#[derive(Clone, Debug)]
pub(super) struct Http2 {
    pub(super) sender: http2::SendRequest<Body>,
    pub(super) facts: Arc<Facts>,
}

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) connected: Connected,
    pub(super) traffic: Arc<Traffic>,
    pub(super) handover: Arc<Handover>,
}

impl Facts {
    pub(super) fn new(connected: Connected, traffic: Arc<Traffic>) -> Self {
        Self { connected, traffic, handover: Arc::default() }
    }

    /// Returns why the server has refused the TLS handshake, if it has, and whether it has certainly
    /// read no request.
    #[cfg_attr(
        not(any(feature = "native-tls", feature = "rustls")),
        expect(clippy::unused_self, reason = "without TLS, there are no handshakes")
    )]
    pub(super) fn refusal(&self) -> Option<(ConnectError, bool)> {
        #[cfg(any(feature = "native-tls", feature = "rustls"))]
        return Report::of(&self.connected);
        #[cfg(not(any(feature = "native-tls", feature = "rustls")))]
        return None;
    }
}

impl Exclusive for Http1 {
    fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

impl Shared for Http2 {
    fn is_closed(&self) -> bool {
        self.sender.is_closed() || self.facts.traffic.is_going_away()
    }

    fn received(&self) -> u64 {
        self.facts.traffic.received()
    }

    fn await_arrival(&self) {
        self.facts.traffic.await_arrival();
    }
}
