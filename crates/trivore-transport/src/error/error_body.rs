//! Bodies that say what failed, in the service's format or in that of OAuth 2.0.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::one_line;

/// The members of a JSON object that say what failed.
///
/// Any member may be absent and have any type. Of a repeated member, the last one counts.
#[derive(Default)]
pub(crate) struct ErrorBody<'a> {
    error_message: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    error_description: Option<&'a RawValue>,
    status_code: Option<&'a RawValue>,
}

impl<'a> ErrorBody<'a> {
    /// Returns where a member of this name belongs, if it is one of these.
    pub(crate) fn slot(&mut self, name: &str) -> Option<&mut Option<&'a RawValue>> {
        match name {
            "errorMessage" => Some(&mut self.error_message),
            "error" => Some(&mut self.error),
            "error_description" => Some(&mut self.error_description),
            "statusCode" => Some(&mut self.status_code),
            _ => None,
        }
    }

    /// Returns the text of `errorMessage`, `error_description` or `error`.
    pub(crate) fn message(&self) -> Option<String> {
        text(self.error_message).or_else(|| text(self.error_description)).or_else(|| self.code())
    }

    /// Returns the text of `error`: a code, if it is an error of OAuth 2.0.
    pub(crate) fn code(&self) -> Option<String> {
        text(self.error)
    }

    /// Whether `statusCode` is that of an error.
    pub(crate) fn has_error_status(&self) -> bool {
        self.status().is_some_and(|status| status >= 400.0)
    }

    /// Whether the body says that the request failed, though its response is a success.
    ///
    /// A `statusCode` decides, if it is one of an error or of a success. Without it, and for other
    /// ones, an `errorMessage` or `error` does.
    pub(crate) fn is_failure(&self) -> bool {
        match self.status() {
            Some(status) if status >= 400.0 => true,
            Some(status) if (200.0..300.0).contains(&status) => false,
            _ => [self.error_message, self.error].into_iter().flatten().any(says_something),
        }
    }

    /// Returns the message, if the body says that the request failed.
    pub(crate) fn failure_message(&self) -> Option<String> {
        self.message().filter(|_| self.is_failure())
    }

    /// Returns `statusCode`, which may be a text that begins with the number.
    fn status(&self) -> Option<f64> {
        let number = match serde_json::from_str(self.status_code?.get()).ok()? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.split_whitespace().next()?.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number.filter(|number| number.is_finite())
    }
}

fn says_something(value: &RawValue) -> bool {
    !matches!(value.get(), "null" | "false" | "0" | r#""""# | "[]" | "{}")
}

/// Returns a string on one line, truncated to [`MAX_MESSAGE_LENGTH`].
fn text(value: Option<&RawValue>) -> Option<String> {
    let text: String = serde_json::from_str(value?.get()).ok()?;
    let text = one_line(&text, MAX_MESSAGE_LENGTH);
    (!text.is_empty()).then_some(text)
}

const MAX_MESSAGE_LENGTH: usize = 500;
