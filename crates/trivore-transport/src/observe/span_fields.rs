//! The fields of the spans of calls and attempts, by OpenTelemetry's semantic conventions for HTTP clients.
//!
//! An attempt is one HTTP request, so its span has the kind `client`; the span of the call is
//! internal. `url.full` is left out on purpose: it contains identifiers and filters.
//!
//! Numbers are recorded as `i64`, the only integers of OpenTelemetry.

use std::fmt;

use http::{Method, Request, StatusCode, Uri};
use tracing::Span;
use tracing::field::Empty;

use crate::address::host::without_brackets;
use crate::call::{AttemptEnd, CallContext, Operation};

/// Opens the span of a call.
pub(crate) fn of_call(operation: &Operation) -> Span {
    tracing::info_span!(
        target: "trivore",
        "trivore.call",
        otel.name = operation.name,
        otel.kind = "internal",
        otel.status_code = Empty,
        trivore.operation = operation.name,
        http.request.method = known(&operation.method).unwrap_or(OTHER_METHOD),
        url.template = template(operation),
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Opens the span of an attempt.
pub(super) fn of_attempt<B>(request: &Request<B>) -> Span {
    let operation = CallContext::operation_of(request);
    let method = known(request.method());
    tracing::info_span!(
        target: "trivore",
        "trivore.attempt",
        otel.name = %SpanName { method, route: operation.route },
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method.unwrap_or(OTHER_METHOD),
        http.request.resend_count = Empty,
        url.template = template(&operation),
        server.address = request.uri().host().map(without_brackets),
        server.port = port(request.uri()),
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Records the end of a call.
///
/// Every status but 2xx is an error of the call, because it is one for the caller.
pub(crate) fn record_call(span: &Span, end: AttemptEnd) {
    if let AttemptEnd::Status(status) = end {
        record_status(span, status);
        if !status.is_success() {
            record_error(span, status.as_str());
        }
    } else {
        record_failure(span, end);
    }
}

/// Records how an attempt ended; its status is recorded when it arrives.
///
/// By the conventions, a redirect is not an error of the request.
pub(crate) fn record_attempt(span: &Span, end: AttemptEnd) {
    if let AttemptEnd::Status(status) = end {
        if status.is_client_error() || status.is_server_error() {
            record_error(span, status.as_str());
        }
    } else {
        record_failure(span, end);
    }
}

/// Records the status of a response.
pub(crate) fn record_status(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
}

/// Records that a request was sent again; `number` counts from 1.
pub(crate) fn record_resend(span: &Span, number: u32) {
    span.record("http.request.resend_count", i64::from(number));
}

fn record_failure(span: &Span, end: AttemptEnd) {
    match end {
        AttemptEnd::Status(_) => {}
        AttemptEnd::Failed(reason) => record_error(span, reason.as_str()),
        AttemptEnd::CutOff => record_error(span, "cut_off"),
    }
}

fn record_error(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

/// The name of an attempt's span, such as `GET /user/{userId}`.
struct SpanName {
    method: Option<&'static str>,
    route: &'static str,
}

impl fmt::Display for SpanName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.method.unwrap_or("HTTP"))?;
        if self.route.is_empty() { Ok(()) } else { write!(f, " {}", self.route) }
    }
}

/// Returns the name of a method of RFC 9110 or RFC 5789; any other text has too many values.
fn known(method: &Method) -> Option<&'static str> {
    match *method {
        Method::CONNECT => Some("CONNECT"),
        Method::DELETE => Some("DELETE"),
        Method::GET => Some("GET"),
        Method::HEAD => Some("HEAD"),
        Method::OPTIONS => Some("OPTIONS"),
        Method::PATCH => Some("PATCH"),
        Method::POST => Some("POST"),
        Method::PUT => Some("PUT"),
        Method::TRACE => Some("TRACE"),
        _ => None,
    }
}

fn template(operation: &Operation) -> Option<&'static str> {
    (!operation.route.is_empty()).then_some(operation.route)
}

fn port(uri: &Uri) -> Option<i64> {
    uri.host()?;
    let by_scheme = match uri.scheme_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    };
    uri.port_u16().or(by_scheme).map(i64::from)
}

/// The value of `http.request.method` for a method that is not known.
const OTHER_METHOD: &str = "_OTHER";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &'static str, expected: (Option<&str>, Option<i64>)) {
        let uri = Uri::from_static(uri);

        let address = uri.host().map(without_brackets);
        assert_eq!((address, port(&uri)), expected, "{uri}");
    }

    #[test]
    fn a_server_has_an_address_and_a_port() {
        check("https://id.example.com/x", (Some("id.example.com"), Some(443)));
        check("http://id.example.com/x", (Some("id.example.com"), Some(80)));
        check("http://127.0.0.1:8478/x", (Some("127.0.0.1"), Some(8478)));
        check("https://[::1]:8443/x", (Some("::1"), Some(8443)));
        check("https://[2001:db8::1]/x", (Some("2001:db8::1"), Some(443)));
        check("https://user:pass@id.example.com/x", (Some("id.example.com"), Some(443)));
        check("/x", (None, None));
    }

    #[test]
    fn a_span_is_named_by_method_and_route() {
        let name = |method: &Method, route| SpanName { method: known(method), route }.to_string();
        let made_up = Method::from_bytes(b"MARK").unwrap();

        assert_eq!(name(&Method::GET, "/user/{userId}"), "GET /user/{userId}");
        assert_eq!(name(&Method::GET, ""), "GET");
        assert_eq!(name(&made_up, "/user"), "HTTP /user");
    }
}
