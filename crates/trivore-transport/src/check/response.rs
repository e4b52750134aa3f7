//! What the response to a call says about the clock, the credentials, the permission and the API.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::DATE;
use http::{HeaderMap, Response};

use crate::check::report::{CheckStep, CheckSubject};
use crate::error::{ApiError, Error, Result};
use crate::message::{http_date, local_time};

/// Returns the steps that the result of a call shows.
pub(crate) fn response_steps(result: &Result<Response<Bytes>>, took: Duration) -> Vec<CheckStep> {
    let headers = match result {
        Ok(response) => Some(response.headers()),
        Err(error) => error.api().map(ApiError::headers),
    };
    let mut steps = vec![clock(headers, took)];
    match result {
        Ok(response) => {
            let text = format!("{} after {} ms", response.status(), took.as_millis());
            steps.push(CheckStep::passed(CheckSubject::Credentials, "the server accepts them"));
            steps.push(CheckStep::passed(CheckSubject::Permission, "the client has it"));
            steps.push(CheckStep::passed(CheckSubject::Api, text));
        }
        Err(error) => steps.extend(failure(error)),
    }
    steps
}

fn failure(error: &Error) -> Vec<CheckStep> {
    let text = error.to_string();
    if error.is_authorization() || error.is_unauthorized() {
        let advice = if error.is_authorization() {
            "check the client's identifier and secret, the user's name and password, and the \
             address of the token endpoint"
        } else {
            "check the identifier and the secret or the token, that they are for this service, and \
             that the client is enabled"
        };
        return vec![CheckStep::failed(CheckSubject::Credentials, text, advice)];
    }
    if error.is_forbidden() {
        let advice = match error.missing_permission() {
            Some(permission) => format!("grant the permission {permission} to the client"),
            None => "grant the permission for this call to the client".to_owned(),
        };
        let accepted = "the server knows the client";
        return vec![
            CheckStep::passed(CheckSubject::Credentials, accepted),
            CheckStep::failed(CheckSubject::Permission, text, &advice),
        ];
    }
    let advice = if error.is_not_found() {
        "check the path of the service's address"
    } else if error.is_rate_limited() {
        "wait, and send fewer requests"
    } else if error.is_server_error() {
        "try again later; if it stays, ask the operator of the service"
    } else if error.is_timeout() {
        "check the network, and whether the service is overloaded"
    } else if error.is_decode() || error.status().is_some() {
        "check that the address is that of the service, and that no proxy or portal responds"
    } else {
        "see the reason"
    };
    let no_response = "the API did not respond as expected";
    vec![
        CheckStep::skipped(CheckSubject::Credentials, no_response),
        CheckStep::skipped(CheckSubject::Permission, no_response),
        CheckStep::failed(CheckSubject::Api, text, advice),
    ]
}

fn clock(headers: Option<&HeaderMap>, took: Duration) -> CheckStep {
    match headers.and_then(|headers| http_date(headers, DATE)) {
        Some(date) => compared(local_time(), date, took),
        None => CheckStep::skipped(CheckSubject::Clock, "the server sent no date"),
    }
}

/// Compares the local time after a response with the response's date, which has whole seconds.
fn compared(now: SystemTime, date: SystemTime, took: Duration) -> CheckStep {
    let (difference, direction) = match now.duration_since(date) {
        Ok(ahead) => (ahead.saturating_sub(took), "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let seconds = difference.as_secs();
    if difference <= TOLERANCE {
        return CheckStep::passed(CheckSubject::Clock, format!("within {} s", seconds + 1));
    }
    let reason = format!("the clock is {seconds} s {direction} the server's");
    let advice =
        "set this machine's clock, for example by NTP; tokens and certificates depend on it";
    CheckStep::failed(CheckSubject::Clock, reason, advice)
}

/// More than rounding and delays on the way explain.
const TOLERANCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_may_differ_by_half_a_minute() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let (second, took) = (Duration::from_secs(1), Duration::from_secs(10));
        for (now, expected) in [
            (date, "clock        ok       within 1 s"),
            (date + 35 * second, "clock        ok       within 26 s"),
            (date - 30 * second, "clock        ok       within 31 s"),
            (date + 100 * second, "clock        FAILED   the clock is 90 s ahead of the server's"),
            (date - 31 * second, "clock        FAILED   the clock is 31 s behind the server's"),
        ] {
            let step = compared(now, date, took).to_string();
            assert!(step.starts_with(expected), "{step}");
        }
    }
}
