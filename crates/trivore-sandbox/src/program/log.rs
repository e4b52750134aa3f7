//! Writes one line for each request.

use std::env;
use std::io::{self, IsTerminal as _};

use crate::ServedRequest;
use jiff::Timestamp;
use serde_json::json;

use super::flags::LogFormat;
use super::line_writer::LineWriter;

/// Starts the thread that writes the log to standard output.
pub(crate) fn start(format: LogFormat) -> io::Result<LineWriter> {
    LineWriter::start(io::stdout(), move |lines| note(format, lines, Timestamp::now()))
}

/// Returns a function that adds a request to the log.
pub(crate) fn observer(
    format: LogFormat,
    log: &LineWriter,
) -> impl Fn(&ServedRequest) + Send + Sync + 'static {
    let has_color = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    let queue = log.queue();
    move |request| {
        let mut line = match format {
            LogFormat::Json => json_line(request, Timestamp::now()),
            LogFormat::Text => text_line(request, has_color),
        };
        line.push('\n');
        queue.push(&line);
    }
}

/// Returns the line about lines that were left out.
fn note(format: LogFormat, lines: u64, now: Timestamp) -> String {
    match format {
        LogFormat::Json => {
            format!("{}\n", json!({"time": format!("{now:.3}"), "leftOut": lines}))
        }
        LogFormat::Text => format!("(left out, because the log was read too slowly: {lines})\n"),
    }
}

fn json_line(request: &ServedRequest, now: Timestamp) -> String {
    json!({
        "time": format!("{now:.3}"),
        "method": request.method.as_str(),
        "route": request.route,
        "status": request.status.map(|status| status.as_u16()),
        "ms": millis(request),
        "caller": request.caller,
    })
    .to_string()
}

fn text_line(request: &ServedRequest, has_color: bool) -> String {
    let status =
        request.status.map_or_else(|| "---".to_owned(), |status| status.as_u16().to_string());
    let color = match request.status.map(|status| status.as_u16()) {
        Some(..300) => "32",
        Some(300..400) => "36",
        Some(400..500) => "33",
        _ => "31",
    };
    let status = if has_color { format!("\u{1b}[{color}m{status}\u{1b}[0m") } else { status };
    let method = request.method.as_str();
    let route = request.route.as_deref().unwrap_or("(no such path)");
    let caller = request.caller.as_deref().unwrap_or("-");
    format!("{method:<6} {status} {:>9.1} ms  {route}  {caller}", millis(request))
}

/// Returns the time in milliseconds, rounded to a tenth.
fn millis(request: &ServedRequest) -> f64 {
    (request.duration.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use crate::Sandbox;
    use http::Request;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    /// Returns what the sandbox reports about a request.
    async fn served(method: &str, path: &str) -> ServedRequest {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let builder = Sandbox::builder();
        let builder = builder.on_request(move |it| sink.lock().unwrap().push(it.clone()));
        let sandbox = builder.start().await.unwrap();
        let request = Request::builder().method(method).uri(path).body(String::new()).unwrap();
        sandbox.service().oneshot(request).await.unwrap();
        let seen = seen.lock().unwrap();
        seen[0].clone()
    }

    #[tokio::test]
    async fn a_line_has_method_route_status_time_and_caller() {
        let request = served("GET", "/api/rest/v1/user/jane?filter=secret").await;
        let line = text_line(&request, false);
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[..2], ["GET", "401"]);
        assert_eq!(words[3..], ["ms", "/api/rest/v1/user/{userId}", "-"]);
        assert!(text_line(&request, true).contains("\u{1b}[33m401\u{1b}[0m"));

        let line = text_line(&served("PATCH", "/secret").await, false);
        assert!(line.ends_with("(no such path)  -"), "{line}");
    }

    #[tokio::test]
    async fn a_line_of_json_has_the_same() {
        let line = json_line(&served("GET", "/health").await, Timestamp::UNIX_EPOCH);
        let mut line: Value = serde_json::from_str(&line).unwrap();
        assert!(line["ms"].take().as_f64().unwrap() >= 0.0);
        let expected = json!({
            "time": "1970-01-01T00:00:00.000Z", "method": "GET", "route": "/health",
            "status": 200, "ms": null, "caller": null,
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn a_note_says_how_many_lines_were_left_out() {
        let line = note(LogFormat::Json, 12, Timestamp::UNIX_EPOCH);
        let expected = json!({"time": "1970-01-01T00:00:00.000Z", "leftOut": 12});
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), expected);
        let line = note(LogFormat::Text, 12, Timestamp::UNIX_EPOCH);
        assert_eq!(line, "(left out, because the log was read too slowly: 12)\n");
    }
}
