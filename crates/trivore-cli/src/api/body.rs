//! The body of a call.

use std::fs;
use std::io::{self, Read as _};

use serde_json::value::RawValue;

use crate::exact_json::json_problem;
use crate::failure::Failure;

/// Reads JSON from standard input (`-`), from the argument itself, or from a file,
/// also as `@FILE`; it is sent as it was written.
pub(super) fn read(data: &str) -> Result<Box<RawValue>, Failure> {
    // As curl names files.
    let data = data.strip_prefix('@').unwrap_or(data);
    let (text, place) = if data == "-" {
        let mut text = String::new();
        io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Failure::io("cannot read standard input", error))?;
        (text, "standard input")
    } else if data.trim_start().starts_with(['{', '[', '"'])
        || serde_json::from_str::<serde_json::Value>(data).is_ok()
    {
        (data.to_owned(), "--data")
    } else {
        let text = fs::read_to_string(data).map_err(|error| {
            Failure::usage(format!("cannot read the body from {data}: {error}"))
        })?;
        (text, data)
    };
    let text = text.trim_start_matches('\u{feff}').trim().to_owned();
    RawValue::from_string(text).map_err(|error| {
        // The message has no values.
        Failure::usage(format!("the body in {place} is not JSON: {}", json_problem(&error)))
    })
}
