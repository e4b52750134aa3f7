//! The faults of connections.

use h2::Reason;
use trivore::transport::TlsBackend;

use super::{Meaning, Scenario};
use crate::scripted::Wire;

/// What happens to a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectionFault {
    pub(super) wire: Wire,
    pub(super) moment: Moment,
    pub(super) end: End,
    /// Whether it happens to connections that were used before. If it happens once, it happens to
    /// all of those, and to no new one.
    pub(super) is_of_used: bool,
}

/// When it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// When the connection was accepted; with TLS, after the handshake.
    Accepted,
    /// While the connection is idle.
    Idle,
    /// When a request has arrived, which is not processed.
    Requested,
    /// When a request was processed, and before the response is sent.
    Processed,
}

/// What happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The connection is closed.
    Close,
    /// The connection is read from, and nothing is sent any more.
    Silence,
    /// `GOAWAY` says that the request is not processed.
    Refuse,
    /// The same, and the connection is closed.
    RefuseAndClose,
    /// `GOAWAY` says that the request is processed; the connection is closed without a response.
    AcceptAndClose,
    /// `GOAWAY` says that the request is the last one, and the response follows.
    Drain,
    /// The request's stream is reset.
    Reset(Reason),
    /// Half of the response is sent, and the connection is closed.
    HalfResponse,
}

/// Returns the faults of connections of HTTP/1.1 and HTTP/2.
pub(super) fn connection_faults() -> Vec<Scenario> {
    use End::{AcceptAndClose, Close, Drain, HalfResponse, Refuse, RefuseAndClose, Reset, Silence};
    use Moment::{Accepted, Idle, Processed, Requested};

    let http1 = [
        // On a busy machine, the request is written before the server has closed the connection.
        ("closed at once", Meaning::NotReceived, Accepted, Close),
        ("used, closed while idle", Meaning::Harmless, Idle, Close),
        ("used, closed by the request", Meaning::Unknown, Requested, Close),
        ("used, silent", Meaning::Unknown, Requested, Silence),
        ("done, half a response", Meaning::Unknown, Processed, HalfResponse),
    ];
    let http2 = [
        ("closed at once", Meaning::NotDone, Accepted, Close),
        ("used, closed while idle", Meaning::Harmless, Idle, Close),
        ("used, closed by the request", Meaning::Unknown, Requested, Close),
        ("done, then closed", Meaning::Unknown, Processed, Close),
        ("used, silent", Meaning::Unknown, Requested, Silence),
        ("done, silent", Meaning::Unknown, Processed, Silence),
        ("refused by GOAWAY", Meaning::NotDone, Requested, Refuse),
        ("refused by GOAWAY, closed", Meaning::NotDone, Requested, RefuseAndClose),
        ("used, refused by GOAWAY", Meaning::NotDone, Requested, Refuse),
        ("GOAWAY after it, closed", Meaning::Unknown, Requested, AcceptAndClose),
        ("done, GOAWAY after it, closed", Meaning::Unknown, Processed, AcceptAndClose),
        ("done, GOAWAY, response", Meaning::Harmless, Processed, Drain),
        ("REFUSED_STREAM", Meaning::NotDone, Requested, Reset(Reason::REFUSED_STREAM)),
        ("stream reset", Meaning::Unknown, Requested, Reset(Reason::INTERNAL_ERROR)),
        ("done, stream reset", Meaning::Unknown, Processed, Reset(Reason::CANCEL)),
        ("done, half a response", Meaning::Unknown, Processed, HalfResponse),
    ];
    let over = |wire, version| {
        move |(name, meaning, moment, end): (&str, _, _, _)| {
            let is_of_used = name.starts_with("used, ");
            let fault = ConnectionFault { wire, moment, end, is_of_used };
            Scenario::of_connection(format!("{version}: {name}"), meaning, fault)
        }
    };
    let (http1, http2) = (http1.into_iter(), http2.into_iter());
    http1
        .map(over(Wire::Http1, "HTTP/1.1"))
        .chain(http2.map(over(Wire::Http2(TlsBackend::NativeTls), "HTTP/2")))
        .collect()
}
