//! What can go wrong, one constructor each.

use std::time::Duration;

use super::behavior::{Behavior, RateLimitHeaders, millis};
use super::fault::Fault;

/// What goes wrong.
impl Fault {
    /// Answers with a status and leaves the call undone.
    pub fn status(code: u16) -> Self {
        Behavior::Status { code }.into()
    }

    /// Does the call, then answers with another status.
    pub fn apply_then_status(code: u16) -> Self {
        Behavior::ApplyThenStatus { code }.into()
    }

    /// Answers with an HTML page, as a proxy does that cannot reach the service.
    pub fn html_page(code: u16) -> Self {
        Behavior::HtmlPage { code }.into()
    }

    /// Does the call, then answers with an HTML page, as a proxy does that lost the answer.
    pub fn apply_then_html_page(code: u16) -> Self {
        Behavior::ApplyThenHtmlPage { code }.into()
    }

    /// Answers 429 to what exceeds a rate; only that counts as a hit.
    ///
    /// The bucket holds `burst` calls and begins full. It fills on tokio's clock, which
    /// [`advance_clock`](crate::Sandbox::advance_clock) does not move. Calls within the rate go
    /// on to the scripts injected later.
    pub fn rate_limit(per_second: f64, burst: u32) -> Self {
        let headers = RateLimitHeaders::default();
        Behavior::RateLimit { per_second, burst, headers }.into()
    }

    /// Answers 429 to what exceeds a rate, with a choice of headers.
    pub fn rate_limit_with(per_second: f64, burst: u32, headers: RateLimitHeaders) -> Self {
        Behavior::RateLimit { per_second, burst, headers }.into()
    }

    /// Announces the whole body, writes its first bytes, and closes the connection.
    ///
    /// A body that is no longer than this arrives whole.
    pub fn cut_body(bytes: usize) -> Self {
        Behavior::CutBody { bytes }.into()
    }

    /// Announces the whole body, writes its first bytes, and then nothing more.
    ///
    /// A body that is no longer than this arrives whole.
    pub fn stall_body(bytes: usize) -> Self {
        Behavior::StallBody { bytes }.into()
    }

    /// Writes the body in pieces, one per interval.
    pub fn drip(bytes: usize, interval: Duration) -> Self {
        Behavior::Drip { bytes, ms: millis(interval) }.into()
    }

    /// Answers with something that is not JSON.
    pub fn malformed_json() -> Self {
        Behavior::MalformedJson.into()
    }

    /// Answers with the first half of the JSON, in a well-formed message.
    pub fn truncated_json() -> Self {
        Behavior::TruncatedJson.into()
    }

    /// Answers as usual, but with another content type.
    pub fn content_type(value: &str) -> Self {
        Behavior::ContentType { value: value.to_owned() }.into()
    }

    /// Makes the body that long, with spaces behind the JSON.
    pub fn oversized_body(bytes: u64) -> Self {
        Behavior::OversizedBody { bytes }.into()
    }

    /// Makes the body that long without announcing its length.
    pub fn oversized_stream(bytes: u64) -> Self {
        Behavior::OversizedStream { bytes }.into()
    }

    /// Reads the request, leaves it undone, and never answers.
    pub fn no_answer() -> Self {
        Behavior::NoAnswer.into()
    }

    /// Does the call and never answers.
    pub fn no_answer_after_applying() -> Self {
        Behavior::NoAnswerAfterApplying.into()
    }

    /// Does the call at once, and answers later.
    pub fn delay(by: Duration) -> Self {
        Behavior::Delay { ms: millis(by) }.into()
    }

    /// Does the call later, unless the client has gone away by then.
    pub fn delay_before_applying(by: Duration) -> Self {
        Behavior::DelayBeforeApplying { ms: millis(by) }.into()
    }

    /// Resets the connection once it has the request's head; the call stays undone.
    pub fn reset_before() -> Self {
        Behavior::ResetBefore.into()
    }

    /// Resets the connection once it has the whole request; the call stays undone.
    pub fn reset_after_reading() -> Self {
        Behavior::ResetAfterReading.into()
    }

    /// Does the call, then resets the connection.
    pub fn reset_after_applying() -> Self {
        Behavior::ResetAfterApplying.into()
    }

    /// Reads the request, leaves it undone, and closes the connection.
    pub fn close_before() -> Self {
        Behavior::CloseBefore.into()
    }

    /// Does the call, then closes the connection without an answer.
    pub fn close_after_applying() -> Self {
        Behavior::CloseAfterApplying.into()
    }

    /// Answers with `Connection: close`, and closes the connection.
    pub fn close_connection() -> Self {
        Behavior::CloseConnection.into()
    }

    /// Makes all access tokens invalid, then lets the call go on.
    pub fn expire_tokens() -> Self {
        Behavior::ExpireTokens.into()
    }

    /// Makes all access and refresh tokens invalid, then lets the call go on.
    pub fn revoke_tokens() -> Self {
        Behavior::RevokeTokens.into()
    }
}
