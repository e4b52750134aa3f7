//! Response headers, mainly `Retry-After`.

use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use tokio::time::Instant;
use trivore::transport::{Call, Client};

use super::response::{AnyResponse, run};
use super::telling;

/// Checks that retries wait as long as the server asks, and never beyond the call's deadline.
pub fn headers(input: &[u8]) {
    let response = AnyResponse::read(input);
    let client = Client::builder("https://id.example.com")
        .timeout(LIMIT)
        .service(response.service())
        .build();
    let client = client.unwrap();

    let (outcome, elapsed) = run(async {
        let start = Instant::now();
        (client.execute(Call::get(&["x"])).await, start.elapsed())
    });

    assert!(elapsed <= LIMIT, "{elapsed:?}");
    let Err(error) = outcome else { return assert!(response.status.is_success()) };
    telling::check(&error);
    assert_eq!(error.status(), Some(response.status));
    let waits = u32::try_from(error.attempts().len()).unwrap() - 1;
    assert!(waits <= 2);
    if let Some(asked) = seconds(&response) {
        // The reset of a rate limit may be later.
        let has_limit = response.headers.keys().any(|name| name.as_str().contains("rate"));
        let is_later = has_limit && error.retry_after() > Some(asked);
        assert!(is_later || error.retry_after() == Some(asked), "{:?}", error.retry_after());
    }
    let asked = error.retry_after().unwrap_or_default();
    assert!(elapsed >= asked * waits, "waited {elapsed:?}, asked for {asked:?}");
    if response.status == StatusCode::TOO_MANY_REQUESTS && asked < Duration::from_secs(1) {
        assert_eq!(waits, 2, "a 429 was not retried");
    }
}

fn seconds(response: &AnyResponse) -> Option<Duration> {
    let mut values = response.headers.get_all(RETRY_AFTER).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_plain).map(Duration::from_secs)
}

const LIMIT: Duration = Duration::from_secs(90);
