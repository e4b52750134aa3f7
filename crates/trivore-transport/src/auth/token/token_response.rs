//! Reads the response of a token endpoint.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::auth::token::access_token::AccessToken;
use crate::auth::token::secret_string::SecretString;
use crate::decode::{Object, decode};
use crate::error::{Error, Result};

/// The members of a token response (RFC 6749, section 5.1) that are used.
///
/// Optional members may have any type; those of an unexpected type are ignored.
#[derive(Deserialize)]
struct Wire {
    access_token: String,
    token_type: Option<Value>,
    expires_in: Option<Value>,
    refresh_token: Option<Value>,
    scope: Option<Value>,
}

/// Reads a successful response of a token endpoint.
pub(crate) fn read(response: &Response<Bytes>) -> Result<AccessToken> {
    let Object::<Wire>(wire) = decode(response)?;
    if let Some(kind) = wire.token_type.as_ref().and_then(Value::as_str)
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err(Error::configuration("the token endpoint did not return a bearer token"));
    }
    let text = |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.is_empty());
    Ok(AccessToken {
        text: SecretString::from(wire.access_token),
        expires_in: wire.expires_in.as_ref().and_then(seconds),
        refresh_token: wire.refresh_token.as_ref().and_then(text).map(SecretString::from),
        scope: wire.scope.as_ref().and_then(text),
    })
}

/// Reads a number of seconds, also from a string; negative numbers count as zero.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if seconds.is_nan() {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expires_in: &str, expected: Option<Duration>) {
        let body = format!(r#"{{"access_token":"t"{expires_in}}}"#);

        let token = read(&Response::new(body.into())).unwrap();

        assert_eq!(token.expires_in, expected, "{expires_in}");
    }

    #[test]
    fn a_lifetime_is_a_number_however_it_is_written() {
        check(r#","expires_in":3600"#, Some(Duration::from_secs(3600)));
        check(r#","expires_in":" 3600 ""#, Some(Duration::from_secs(3600)));
        check(r#","expires_in":0.5"#, Some(Duration::from_millis(500)));
        check(r#","expires_in":0"#, Some(Duration::ZERO));
        check(r#","expires_in":-7"#, Some(Duration::ZERO));
        check(r#","expires_in":"-7""#, Some(Duration::ZERO));
        check(r#","expires_in":1e300"#, Some(Duration::MAX));
        check(r#","expires_in":99999999999999999999999"#, Some(Duration::MAX));
        check(r#","expires_in":"inf""#, Some(Duration::MAX));
        for unknown in ["", r#","expires_in":null"#, r#","expires_in":"soon""#] {
            check(unknown, None);
        }
        for unknown in ["\"\"", "\"NaN\"", "true", "[]", "{}"] {
            check(&format!(",\"expires_in\":{unknown}"), None);
        }
    }

    #[test]
    fn the_parts_of_an_answer_are_read() {
        let body = r#"
            {
                "access_token" : "a:b,c{d}",
                "token_type": "bearer",
                "refresh_token":"r", "scope":"x y", "id_token":"i"
            }"#;

        let token = read(&Response::new(body.into())).unwrap();

        assert_eq!(token.text.expose(), "a:b,c{d}");
        assert_eq!(token.refresh_token.unwrap().expose(), "r");
        assert_eq!(token.scope.as_deref(), Some("x y"));
    }

    #[test]
    fn an_answer_without_a_bearer_token_is_an_error_that_quotes_nothing() {
        for body in [
            r#"{"MARK":1}"#,
            r#"{"access_token":["MARK"]}"#,
            r#"["MARK", "Bearer", 3600, null, null]"#,
            r#"{"access_token":"MARK","token_type":"mac"}"#,
            "MARK",
            "",
        ] {
            let error = read(&Response::new(body.into())).unwrap_err();

            assert!(!format!("{error} {error:?}").contains("MARK"), "{error}");
        }
    }
}
