//! JSON objects from files and standard input.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::{Map, Value};

use crate::exact_json;
use crate::failure::Failure;

/// Reads a file, or standard input if the path is `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::usage(format!("cannot read {}: {error}", named(path)));
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_length| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(failed)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads an object.
///
/// # Errors
///
/// The file cannot be read, or is no JSON object: says in which line and column.
pub(crate) fn read_object(path: &Path) -> Result<Map<String, Value>, Failure> {
    let text = read_text(path)?;
    parse_object(&text).map_err(|problem| Failure::usage(format!("{}: {problem}", named(path))))
}

/// Parses an object, or says what is wrong, and where.
pub(crate) fn parse_object(text: &str) -> Result<Map<String, Value>, String> {
    match exact_json::parse(text).map_err(|error| error.to_string())? {
        Value::Object(members) => Ok(members),
        _ => Err("expected a JSON object".to_owned()),
    }
}

fn named(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}
