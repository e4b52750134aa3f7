//! Parses a fault from a header of a request.

use serde_json::{Value, json};

use super::fault::Fault;
use super::invalid_fault::InvalidFault;
use super::kind::FaultKind;

/// Parses a fault such as `status=503; retry-after=2`.
///
/// The first item is the kind, with its main parameter if it has one. `bytes` and `ms` are further
/// parameters, `body` is the body, and all other items are headers of the response.
pub(super) fn parse(text: &str) -> Result<Fault, InvalidFault> {
    let mut items = text.split(';').map(|item| {
        let (name, value) = item.split_once('=').map_or((item, None), |(n, v)| (n, Some(v.trim())));
        (name.trim().to_ascii_lowercase(), value)
    });
    let (kind, value) = items.next().unwrap_or_default();
    if kind == "rate-limit" {
        return Err(InvalidFault::new("`rate-limit` concerns more than one request"));
    }
    let mut parameters = serde_json::Map::new();
    match (main_parameter(&kind), value) {
        (Some(name), Some(value)) => {
            parameters.insert(name.to_owned(), number_or_text(value));
        }
        (None, Some(_)) => return Err(InvalidFault::new(format!("`{kind}` takes no value"))),
        (_, None) => {}
    }
    let mut further = Vec::new();
    for (name, value) in items.filter(|(name, value)| !name.is_empty() || value.is_some()) {
        let Some(value) = value else {
            return Err(InvalidFault::new(format!("`{name}` lacks a value")));
        };
        match name.as_str() {
            "bytes" | "ms" => {
                parameters.insert(name, number_or_text(value));
            }
            "method" | "route" | "times" | "skip" | "every" => {
                let why = format!("`{name}` does not apply to a fault of one request");
                return Err(InvalidFault::new(why));
            }
            _ => further.push((name, value)),
        }
    }
    let script = if main_parameter(&kind).is_none() && parameters.is_empty() {
        json!(kind)
    } else {
        json!({kind: parameters})
    };
    let parsed: FaultKind =
        serde_json::from_value(script).map_err(|error| InvalidFault::new(error.to_string()))?;
    let with = |fault: Fault, (name, value): (String, &str)| match name.as_str() {
        "body" => fault.body(value),
        _ => fault.header(&name, value),
    };
    Ok(further.into_iter().fold(parsed.into(), with))
}

/// Returns the name of the parameter that stands after the kind.
fn main_parameter(kind: &str) -> Option<&'static str> {
    match kind {
        "status" | "apply-then-status" | "html-page" | "apply-then-html-page" => Some("code"),
        "cut-body" | "stall-body" | "drip" | "oversized-body" | "oversized-stream" => Some("bytes"),
        "delay" | "delay-before-applying" => Some("ms"),
        "content-type" => Some("value"),
        _ => None,
    }
}

fn number_or_text(text: &str) -> Value {
    text.parse::<u64>().map_or_else(|_not_a_number| json!(text), |number| json!(number))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_header_names_a_kind_its_parameters_and_headers() {
        for (text, expected) in [
            ("status=503", Fault::status(503)),
            ("status=503; retry-after=2", Fault::status(503).header("retry-after", "2")),
            (" Status = 503 ;Retry-After= 2 ; ", Fault::status(503).header("retry-after", "2")),
            ("status=400;body={\"a\":1}", Fault::status(400).body("{\"a\":1}")),
            ("apply-then-html-page=502", Fault::apply_then_html_page(502)),
            ("delay=500", Fault::delay(Duration::from_millis(500))),
            ("drip=1; ms=100", Fault::drip(1, Duration::from_millis(100))),
            ("cut-body=10", Fault::cut_body(10)),
            ("content-type=text/html", Fault::content_type("text/html")),
            ("reset-before", Fault::reset_before()),
            ("no-response", Fault::no_response()),
            ("expire-tokens", Fault::expire_tokens()),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_fault_of_one_request_is_refused() {
        for (text, expected) in [
            ("", "unknown variant"),
            ("no-such", "unknown variant `no-such`, expected one of"),
            ("status", "missing field `code`"),
            ("status=x", "invalid type: string"),
            ("status=99999", "invalid value"),
            ("reset-before=1", "takes no value"),
            ("reset-before;ms=1", "expected unit"),
            ("status=503;retry-after", "`retry-after` lacks a value"),
            ("status=503;times=2", "`times` does not apply"),
            ("status=503;ms=2", "unknown field `ms`"),
            ("rate-limit=5", "more than one request"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
