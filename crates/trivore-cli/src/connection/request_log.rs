//! What is sent, without secrets and personal data: for `--verbose` and `--trace`.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use trivore::transport::{AttemptEnd, ClientEvent, Observer, Operation};

use crate::failure::{Failure, FailureKind};
use crate::global_options::GlobalOptions;
use crate::output::printable;

/// Writes one line for each request.
///
/// The SDK's events have no paths, queries and bodies, and no identifiers except those of requests;
/// so the lines have none.
pub(super) struct RequestLog {
    is_verbose: bool,
    trace: Option<Mutex<File>>,
    /// The route of calls that were made from a path.
    route: Option<String>,
}

impl RequestLog {
    /// Opens the log, if the options ask for one.
    pub(super) fn open(options: &GlobalOptions) -> Result<Option<Self>, Failure> {
        if !options.verbose && options.trace.is_none() {
            return Ok(None);
        }
        let trace = options.trace.as_ref().map(|path| {
            let mut open = OpenOptions::new();
            open.append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
            open.open(path).map(Mutex::new).map_err(|error| {
                let message = format!("cannot write the trace {}: {error}", path.display());
                Failure::new(FailureKind::Usage, message)
            })
        });
        Ok(Some(Self { is_verbose: options.verbose, trace: trace.transpose()?, route: None }))
    }

    /// Sets what is written of calls that were made from a path, which has identifiers.
    pub(super) fn showing(self, route: Option<String>) -> Self {
        Self { route, ..self }
    }

    pub(super) fn observer(self) -> Observer {
        Observer::new(move |event| self.write(event))
    }

    fn text(
        &self,
        operation: &Operation,
        attempt: u32,
        end: AttemptEnd,
        elapsed: Duration,
        request_id: Option<&str>,
    ) -> String {
        let method = operation.method.as_str();
        let route = self.route(operation).unwrap_or("(path not shown)");
        let mut text = format!("{method} {route}: {end} after {} ms", millis(elapsed));
        if !operation.route.is_empty() {
            text.extend([" (", operation.name, ")"]);
        }
        if attempt > 1 {
            text += ", attempt ";
            text += &attempt.to_string();
        }
        if let Some(id) = request_id {
            text.extend([", request id ", id]);
        }
        text
    }

    /// The route; never the path, which may have identifiers.
    fn route<'a>(&'a self, operation: &Operation) -> Option<&'a str> {
        if operation.route.is_empty() { self.route.as_deref() } else { Some(operation.route) }
    }

    fn write(&self, event: &ClientEvent<'_>) {
        let (text, line) = match event {
            ClientEvent::AttemptEnded { operation, attempt, end, elapsed, request_id, .. } => (
                self.text(operation, *attempt, *end, *elapsed, *request_id),
                json!({
                    "time": Timestamp::now().to_string(),
                    "event": "request",
                    "operation": operation.name,
                    "method": operation.method.as_str(),
                    "route": self.route(operation),
                    "attempt": attempt,
                    "status": status(*end),
                    "failure": failure(*end),
                    "ms": millis(*elapsed),
                    "requestId": request_id,
                }),
            ),
            ClientEvent::RateLimited { operation, scope, wait, .. } => (
                format!("{} pauses for {} ms: rate limit", operation.name, millis(*wait)),
                json!({
                    "time": Timestamp::now().to_string(),
                    "event": "pause",
                    "operation": operation.name,
                    "scope": format!("{scope:?}"),
                    "ms": millis(*wait),
                }),
            ),
            // The attempts of a call say all that its end does.
            _ => return,
        };
        if self.is_verbose {
            // A message that nobody can read is no reason to fail.
            let _ = writeln!(anstream::stderr(), "{}", printable(&text));
        }
        if let Some(Ok(mut trace)) = self.trace.as_ref().map(Mutex::lock) {
            // One write for each line, so that several programs can append.
            let _ = trace.write_all(format!("{line}\n").as_bytes());
        }
    }
}

fn status(end: AttemptEnd) -> Option<u16> {
    match end {
        AttemptEnd::Status(status) => Some(status.as_u16()),
        _ => None,
    }
}

fn failure(end: AttemptEnd) -> Option<String> {
    (status(end).is_none()).then(|| end.to_string())
}

/// Milliseconds, rounded to a tenth.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
