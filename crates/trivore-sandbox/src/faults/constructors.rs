//! The kinds of faults, one constructor each.

use std::time::Duration;

use super::fault::Fault;
use super::kind::{FaultKind, millis};
use super::rate_limit_headers::RateLimitHeaders;

/// Kinds of faults.
impl Fault {
    /// Responds with a status; the call is not applied.
    pub fn status(code: u16) -> Self {
        FaultKind::Status { code }.into()
    }

    /// Applies the call, then responds with another status.
    pub fn apply_then_status(code: u16) -> Self {
        FaultKind::ApplyThenStatus { code }.into()
    }

    /// Responds with an HTML page, like a proxy that cannot reach the service.
    ///
    /// The call is not applied.
    pub fn html_page(code: u16) -> Self {
        FaultKind::HtmlPage { code }.into()
    }

    /// Applies the call, then responds with an HTML page, like a proxy that lost the response.
    pub fn apply_then_html_page(code: u16) -> Self {
        FaultKind::ApplyThenHtmlPage { code }.into()
    }

    /// Responds with 429 to calls above a rate; only these count as hits.
    ///
    /// The limit is a token bucket that starts full, with `burst` tokens. It refills on tokio's
    /// clock, which [`advance_clock`](crate::Sandbox::advance_clock) does not move. Calls within
    /// the rate can still be affected by faults that were injected later.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.inject(Fault::rate_limit(0.1, 1))?;
    ///
    /// let mut statuses = Vec::new();
    /// for _ in 0..2 {
    ///     let request = Request::get("/.well-known/openid-configuration").body(String::new())?;
    ///     statuses.push(sandbox.service().oneshot(request).await?.status().as_u16());
    /// }
    /// assert_eq!(statuses, [200, 429]);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(per_second: f64, burst: u32) -> Self {
        let headers = RateLimitHeaders::default();
        FaultKind::RateLimit { per_second, burst, headers }.into()
    }

    /// Responds with 429 to calls above a rate, with a choice of headers.
    ///
    /// See [`rate_limit`](Self::rate_limit).
    pub fn rate_limit_with(per_second: f64, burst: u32, headers: RateLimitHeaders) -> Self {
        FaultKind::RateLimit { per_second, burst, headers }.into()
    }

    /// Announces the whole body, sends its first bytes, then closes the connection.
    ///
    /// A body of at most `bytes` bytes is sent completely.
    pub fn cut_body(bytes: usize) -> Self {
        FaultKind::CutBody { bytes }.into()
    }

    /// Announces the whole body, sends its first bytes, then stops sending.
    ///
    /// A body of at most `bytes` bytes is sent completely.
    pub fn stall_body(bytes: usize) -> Self {
        FaultKind::StallBody { bytes }.into()
    }

    /// Sends the body slowly: `bytes` bytes per interval.
    pub fn drip(bytes: usize, interval: Duration) -> Self {
        FaultKind::Drip { bytes, ms: millis(interval) }.into()
    }

    /// Applies the call, then responds with a body that is not valid JSON.
    pub fn malformed_json() -> Self {
        FaultKind::MalformedJson.into()
    }

    /// Responds with the first half of the JSON, in a complete HTTP message.
    pub fn truncated_json() -> Self {
        FaultKind::TruncatedJson.into()
    }

    /// Responds normally, except for the content type.
    pub fn content_type(value: &str) -> Self {
        FaultKind::ContentType { value: value.to_owned() }.into()
    }

    /// Pads the body to a length with spaces, and sends `Content-Length`.
    pub fn oversized_body(bytes: u64) -> Self {
        FaultKind::OversizedBody { bytes }.into()
    }

    /// Pads the body to a length with spaces, without `Content-Length`.
    pub fn oversized_stream(bytes: u64) -> Self {
        FaultKind::OversizedStream { bytes }.into()
    }

    /// Reads the request and never responds; the call is not applied.
    pub fn no_response() -> Self {
        FaultKind::NoResponse.into()
    }

    /// Applies the call and never responds.
    pub fn no_response_after_applying() -> Self {
        FaultKind::NoResponseAfterApplying.into()
    }

    /// Applies the call immediately, and responds after a delay.
    pub fn delay(by: Duration) -> Self {
        FaultKind::Delay { ms: millis(by) }.into()
    }

    /// Waits, then applies the call, unless the client has disconnected by then.
    pub fn delay_before_applying(by: Duration) -> Self {
        FaultKind::DelayBeforeApplying { ms: millis(by) }.into()
    }

    /// Resets the connection after reading the head of the request; the call is not applied.
    pub fn reset_before() -> Self {
        FaultKind::ResetBefore.into()
    }

    /// Resets the connection after reading the whole request; the call is not applied.
    pub fn reset_after_reading() -> Self {
        FaultKind::ResetAfterReading.into()
    }

    /// Applies the call, then resets the connection.
    pub fn reset_after_applying() -> Self {
        FaultKind::ResetAfterApplying.into()
    }

    /// Reads the request and closes the connection; the call is not applied.
    pub fn close_before() -> Self {
        FaultKind::CloseBefore.into()
    }

    /// Applies the call, then closes the connection without a response.
    pub fn close_after_applying() -> Self {
        FaultKind::CloseAfterApplying.into()
    }

    /// Responds with `Connection: close`, then closes the connection.
    pub fn close_connection() -> Self {
        FaultKind::CloseConnection.into()
    }

    /// Invalidates all access tokens, then handles the call.
    pub fn expire_tokens() -> Self {
        FaultKind::ExpireTokens.into()
    }

    /// Invalidates all access and refresh tokens, then handles the call.
    pub fn revoke_tokens() -> Self {
        FaultKind::RevokeTokens.into()
    }
}
