//! The faults of the matrix, and what a client can conclude from each.

use std::time::Duration;

use trivore_sandbox::Fault;

use super::connection_fault::{ConnectionFault, End, connection_faults};
use super::foreign::{self, ForeignLayer};

/// A fault.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Short name, printed in the list of columns.
    pub name: String,
    /// What a client can conclude from it.
    pub meaning: Meaning,
    /// Whether the client notices the fault only by a timeout.
    pub(super) is_silent: bool,
    pub(super) cause: Cause,
}

/// What causes a fault.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// The client cannot connect.
    Unreachable,
    /// These faults of the sandbox, in order.
    Sandbox(Vec<Fault>),
    /// A third-party layer that is in place for the whole call, with these faults of the sandbox.
    Layer(ForeignLayer, Vec<Fault>),
    /// A connection to a proxy in front of the sandbox.
    Connection(ConnectionFault),
}

/// What a client can conclude from the first attempt with the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The call succeeds despite the fault.
    Harmless,
    /// It was never sent, or rejected with 429: every operation can be retried.
    NotDone,
    /// It was not received, but the client may have sent it before it could know: then, only
    /// idempotent operations can be retried.
    NotReceived,
    /// It may have been applied: only idempotent operations can be retried.
    Unknown,
    /// It was applied, but the response cannot be read.
    Unreadable,
    /// It was redirected, possibly after it was applied; it is not retried.
    Redirected,
    /// If it fails, it was rejected, and a retry cannot succeed.
    Refused,
    /// It may have been applied, and the caller's own layer stopped waiting for it.
    GivenUp,
}

/// How often a fault is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are no other cases")]
pub enum Times {
    /// Once.
    Once,
    /// For every attempt of the call.
    Always,
}

impl Scenario {
    fn new(name: &str, meaning: Meaning, faults: impl Into<Vec<Fault>>) -> Self {
        let cause = Cause::Sandbox(faults.into());
        Self { name: name.to_owned(), meaning, is_silent: false, cause }
    }

    fn silent(name: &str, fault: Fault) -> Self {
        Self { is_silent: true, ..Self::new(name, Meaning::Unknown, [fault]) }
    }

    /// Creates a fault of a third-party layer, which waits as long as the client would.
    fn foreign(
        name: &str,
        meaning: Meaning,
        layer: ForeignLayer,
        faults: impl Into<Vec<Fault>>,
    ) -> Self {
        let cause = Cause::Layer(layer, faults.into());
        Self { name: name.to_owned(), meaning, is_silent: true, cause }
    }

    /// Whether it is a fault of a connection to a proxy, which takes longer than others.
    pub fn is_of_connection(&self) -> bool {
        matches!(self.cause, Cause::Connection(_))
    }

    /// Creates a fault of a connection.
    pub(super) fn of_connection(name: String, meaning: Meaning, fault: ConnectionFault) -> Self {
        let cause = Cause::Connection(fault);
        Self { name, meaning, is_silent: fault.end == End::Silence, cause }
    }
}

/// Returns all faults, grouped by kind.
pub fn scenarios() -> Vec<Scenario> {
    let now = |fault: Fault| fault.header("retry-after", "0");
    let is = Fault::status;
    let applied = Fault::apply_then_status;
    let mut all = vec![
        Scenario {
            cause: Cause::Unreachable,
            ..Scenario::new("no connection", Meaning::NotDone, [])
        },
        Scenario::new("429", Meaning::NotDone, [is(429)]),
        Scenario::new("429, retry after 0", Meaning::NotDone, [now(is(429))]),
        Scenario::new("421", Meaning::NotDone, [is(421)]),
        Scenario::new("425", Meaning::NotDone, [is(425)]),
    ];
    for (name, fault) in [
        ("500", is(500)),
        ("502 from a proxy", Fault::html_page(502)),
        ("503", is(503)),
        ("503, retry after 0", now(is(503))),
        ("504", is(504)),
        ("408", is(408)),
        ("done, then 408", applied(408)),
        ("done, then 500", applied(500)),
        ("done, then 502 from a proxy", Fault::apply_then_html_page(502)),
        ("done, then 503", applied(503)),
        ("done, then 503, retry after 0", now(applied(503))),
        ("done, then 504", applied(504)),
        ("reset after the head", Fault::reset_before()),
        ("reset after the request", Fault::reset_after_reading()),
        ("done, then reset", Fault::reset_after_applying()),
        ("closed", Fault::close_before()),
        ("done, then closed", Fault::close_after_applying()),
        ("body cut at 0", Fault::cut_body(0)),
        ("body cut at 7", Fault::cut_body(7)),
    ] {
        all.push(Scenario::new(name, Meaning::Unknown, [fault]));
    }
    for (name, fault) in [
        ("no response", Fault::no_response()),
        ("done, no response", Fault::no_response_after_applying()),
        ("body stalls", Fault::stall_body(5)),
        ("delayed beyond the timeout", Fault::delay_before_applying(Duration::from_secs(600))),
    ] {
        all.push(Scenario::silent(name, fault));
    }
    for (name, first, then) in [
        ("done, then 500, then 429", applied(500), is(429)),
        ("done, then closed, then 503", Fault::close_after_applying(), now(is(503))),
        ("429, then done and 502", is(429), applied(502)),
    ] {
        all.push(Scenario::new(name, Meaning::Unknown, [first, then]));
    }
    for (name, fault) in [
        ("not JSON", Fault::malformed_json()),
        ("truncated JSON", Fault::truncated_json()),
        ("body too large", Fault::oversized_body(TOO_LONG)),
        ("streamed body too large", Fault::oversized_stream(TOO_LONG)),
    ] {
        all.push(Scenario::new(name, Meaning::Unreadable, [fault]));
    }
    all.push(Scenario::new("302", Meaning::Redirected, [is(302)]));
    for (name, code) in [("400", 400), ("401", 401), ("403", 403), ("404", 404), ("409", 409)] {
        all.push(Scenario::new(name, Meaning::Refused, [is(code)]));
    }
    all.push(Scenario::new("expired tokens", Meaning::Refused, [Fault::expire_tokens()]));
    for (name, fault) in [
        ("delayed", Fault::delay(Duration::from_millis(5))),
        ("body in small pieces", Fault::drip(512, Duration::from_millis(1))),
        ("connection: close", Fault::close_connection()),
        ("text/plain", Fault::content_type("text/plain")),
    ] {
        all.push(Scenario::new(name, Meaning::Harmless, [fault]));
    }
    all.extend(connection_faults());
    all.extend(foreign_layers());
    all
}

/// Layers of tower and tower-http that give up, or let nothing through.
fn foreign_layers() -> Vec<Scenario> {
    let mut all = Vec::new();
    let done = Fault::no_response_after_applying;
    let late = || Fault::delay_before_applying(Duration::from_secs(600));
    for (name, layer, meaning) in [
        ("408 of a layer: call", foreign::STATUS_IN_CALL, Meaning::GivenUp),
        ("408 of a layer: attempt", foreign::STATUS_IN_ATTEMPT, Meaning::Unknown),
        ("408 of a layer: transport", foreign::STATUS_IN_TRANSPORT, Meaning::Unknown),
        ("timeout of a layer: call", foreign::TIMEOUT_IN_CALL, Meaning::GivenUp),
        ("timeout of a layer: attempt", foreign::TIMEOUT_IN_ATTEMPT, Meaning::Unknown),
        ("timeout of a layer: transport", foreign::TIMEOUT_IN_TRANSPORT, Meaning::Unknown),
    ] {
        all.push(Scenario::foreign(name, meaning, layer, [done()]));
        all.push(Scenario::foreign(name, meaning, layer, [late()]));
    }
    for (name, layer) in [
        ("shed: call", foreign::SHED_IN_CALL),
        ("shed: attempt", foreign::SHED_IN_ATTEMPT),
        ("shed: transport", foreign::SHED_IN_TRANSPORT),
        ("no permit: call", foreign::FULL_IN_CALL),
        ("no permit: attempt", foreign::FULL_IN_ATTEMPT),
        ("no permit: transport", foreign::FULL_IN_TRANSPORT),
    ] {
        all.push(Scenario::foreign(name, Meaning::Refused, layer, []));
    }
    all
}

/// Response size limit of the client, well above the sandbox's regular responses.
pub(super) const LONGEST: usize = 256 << 10;
const TOO_LONG: u64 = LONGEST as u64 + 1;
