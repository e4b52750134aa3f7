//! Headers that belong to the transport, and the length of a message.

use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body::Body as _;

use crate::error::{Error, Result};
use crate::message::Body;

/// Whether a header says how a message is sent, so that a call must not set it.
///
/// These are the headers of RFC 9110 and RFC 9112 for framing, routing and a single connection.
pub(crate) fn is_of_transport(name: &HeaderName) -> bool {
    [
        CONNECTION,
        CONTENT_LENGTH,
        EXPECT,
        HOST,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ]
    .contains(name)
        || ["http2-settings", "keep-alive", "proxy-connection"].contains(&name.as_str())
}

/// The error for a header that belongs to the transport.
pub(crate) fn refused(name: &HeaderName) -> Error {
    Error::input(OfTransport(name.clone()))
}

/// Sets `Content-Length: 0` on a request without a body whose method usually has one.
///
/// RFC 9110, section 8.6: some servers respond to a `POST` without it with 411. Clients such as
/// hyper only set it for a body.
fn set_length(request: &mut Request<Body>) {
    let has_meaning = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if has_meaning
        && request.body().size_hint().exact() == Some(0)
        && !request.headers().contains_key(TRANSFER_ENCODING)
    {
        request.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
}

/// Makes the length of a request right, as the last thing before it is sent.
///
/// # Errors
///
/// A layer or the caller has set a wrong length.
pub(crate) fn settle_length(request: &mut Request<Body>) -> Result<()> {
    check_length(request)?;
    set_length(request);
    Ok(())
}

/// Checks the `Content-Length` that a layer has set.
///
/// # Errors
///
/// It is not the length of the body: the server would read a part of it, or wait for more. Or it
/// is set twice, or beside a `Transfer-Encoding`: servers differ in which one they believe.
fn check_length(request: &Request<Body>) -> Result<()> {
    let mut set = request.headers().get_all(CONTENT_LENGTH).iter();
    let Some(value) = set.next() else { return Ok(()) };
    if set.next().is_some() || request.headers().contains_key(TRANSFER_ENCODING) {
        return Err(Error::configuration(TwoLengths));
    }
    let Some(length) = request.body().size_hint().exact() else { return Ok(()) };
    let fits = value.to_str().is_ok_and(|text| text == length.to_string());
    if fits { Ok(()) } else { Err(Error::configuration(WrongLength)) }
}

#[derive(Debug, thiserror::Error)]
#[error("the header `{0}` belongs to the transport, so a call cannot set it")]
struct OfTransport(HeaderName);

#[derive(Debug, thiserror::Error)]
#[error("a layer set a `Content-Length` that is not the length of the body")]
struct WrongLength;

#[derive(Debug, thiserror::Error)]
#[error("a layer set a `Content-Length` beside another one or a `Transfer-Encoding`")]
struct TwoLengths;
