//! Writes a response.

use std::io::{self, IsTerminal as _};

use http::header::{SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, printable, write_stdout};
use crate::secret_fields::MASK;

/// Writes status and headers, as `curl --include` does.
pub(super) fn write_head(status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    let mut text = format!("HTTP {status}\n");
    for (name, value) in headers {
        let is_secret = [SET_COOKIE, WWW_AUTHENTICATE].contains(name);
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if is_secret { MASK } else { &*value };
        text.extend([name.as_str(), ": ", value, "\n"]);
    }
    text.push('\n');
    if io::stdout().is_terminal() {
        text = printable(&text).into_owned();
    }
    write_stdout(text.as_bytes())
}

/// Writes a body: as it came, unless it is JSON and a terminal, a format or columns ask for more.
pub(super) fn write_body(context: &Context, body: &[u8]) -> Result<(), Failure> {
    let global = &context.global;
    let is_formatted =
        global.output.is_some() || global.columns.is_some() || io::stdout().is_terminal();
    let json = if is_formatted { serde_json::from_slice(body).ok() } else { None };
    match json {
        Some(json) => write_json(context, &json),
        None if body.is_empty() => Ok(()),
        None => {
            let end: &[u8] = if body.ends_with(b"\n") { b"" } else { b"\n" };
            let body = [body, end].concat();
            if !io::stdout().is_terminal() {
                return write_stdout(&body);
            }
            write_stdout(printable(&String::from_utf8_lossy(&body)).as_bytes())
        }
    }
}

fn write_json(context: &Context, json: &Value) -> Result<(), Failure> {
    let output = context.output();
    let is_of_rows =
        matches!(context.global.output, Some(Format::Table | Format::Csv | Format::Ndjson));
    let rows = match (json, json.get("resources")) {
        (Value::Array(rows), _) => Some(rows),
        (_, Some(Value::Array(rows))) if is_of_rows => Some(rows),
        _ => None,
    };
    match rows {
        Some(items) if items.iter().all(Value::is_object) => {
            let mut rows = output.rows(&[]);
            for item in items {
                rows.add(item)?;
            }
            rows.finish()
        }
        _ if json.is_object() => output.object(json),
        _ => write_stdout(format!("{json:#}\n").as_bytes()),
    }
}
