//! Checks statuses and headers in fault scripts.

use http::{HeaderName, HeaderValue, StatusCode};

use super::invalid_fault::InvalidFault;

/// Checks the status of a response.
pub(super) fn status(code: u16) -> Result<StatusCode, InvalidFault> {
    let status = StatusCode::from_u16(code).ok().filter(|_| (200..=599).contains(&code));
    status.ok_or_else(|| InvalidFault::new(format!("status {code} is not between 200 and 599")))
}

/// Parses a header; scripts cannot set the headers that frame the message.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidFault> {
    let wrong = || InvalidFault::new(format!("header `{name}` is invalid or cannot be set"));
    let parsed = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
    let (name, value) = parsed.ok_or_else(wrong)?;
    if ["content-length", "transfer-encoding"].contains(&name.as_str()) {
        return Err(wrong());
    }
    Ok((name, value))
}
