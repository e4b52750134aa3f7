//! Examples of requests and responses.

use serde_json::{Map, Value, json};

/// Examples by the names of the schemas of requests and responses.
pub(super) struct Examples(Map<String, Value>);

impl Examples {
    /// Reads all examples.
    pub(super) fn read() -> Self {
        // The tests read the same text.
        Self(serde_json::from_str(EXAMPLES).unwrap_or_default())
    }

    /// Returns an example for a schema.
    pub(super) fn of(&self, schema: &str) -> Option<&Value> {
        self.0.get(schema)
    }
}

/// Returns an example of an error.
pub(super) fn error_example(status: u16) -> Value {
    let message = match status {
        400 => "Field \"locked\" must be true or false.",
        401 => "Authentication is required.",
        403 => "Client does not have required permission ACCOUNT_VIEW.",
        404 => "User not found.",
        406 => "Header \"Accept\" must include application/json.",
        408 => "The request body was not received within 60 seconds.",
        409 => "This username is taken.",
        413 => "The request body is longer than 10 MiB.",
        414 => "The path and the query are longer than 16 KiB.",
        429 => "Too many verification messages today.",
        500 => "The change cannot be kept.",
        _ => "Too many requests are being received.",
    };
    json!({"errorMessage": message, "statusCode": status})
}

const EXAMPLES: &str = include_str!("examples.json");
