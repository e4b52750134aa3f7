//! Why a command failed, and what its user reads about it.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use http::Method;
use trivore::transport::Operation;
use trivore::users::IncompleteChange;
use trivore::{ConfigError, Error};

use crate::expected::in_words;
use crate::known_secrets::without_secrets;
use crate::output::printable;
use crate::plural::counted;

/// The kinds of failures, which are the exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Nothing more specific applies.
    Other = 1,
    /// The command line, a filter or an input file is invalid; nothing was sent.
    Usage = 2,
    /// There is no profile, or its credentials are not accepted.
    Configuration = 3,
    /// What was named does not exist, or several things have the name.
    NotFound = 4,
    /// The service refused the request, or a part of it.
    Refused = 5,
    /// A request failed, and it is unknown whether it was applied.
    Unknown = 6,
    /// The service could not be reached, or it failed; nothing was applied.
    Unavailable = 7,
    /// Some items of many failed, or their outcome is unknown.
    Partial = 8,
    /// The command was interrupted.
    Interrupted = 130,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: FailureKind,
    message: String,
    /// Further facts and what to do next, one line each.
    notes: Vec<String>,
    /// Whether the reader of standard output is gone, who needs no message.
    is_broken_pipe: bool,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), notes: Vec::new(), is_broken_pipe: false }
    }

    /// Invalid input, which was found before anything was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    /// A file, a stream or the system failed.
    #[expect(clippy::needless_pass_by_value, reason = "it is the last use of the error")]
    pub(crate) fn io(what: impl Display, error: io::Error) -> Self {
        Self::new(FailureKind::Other, format!("{what}: {error}"))
    }

    /// Standard output cannot be written.
    pub(crate) fn output(error: io::Error) -> Self {
        let is_broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { is_broken_pipe, ..Self::io("cannot write to standard output", error) }
    }

    /// Adds a fact, or what to do next.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What ended a run of many items, some of which may have been applied.
    pub(crate) fn of_run(self, is_partly_applied: bool) -> Self {
        // What it says about one request is not true of all.
        if is_partly_applied { Self::new(FailureKind::Partial, self.message) } else { self }
    }

    /// Says first which of several things failed.
    pub(crate) fn about(mut self, what: impl Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    pub(crate) fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What happened, in one line.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Writes the failure to standard error and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if self.is_broken_pipe {
            return ExitCode::SUCCESS;
        }
        let mut stderr = anstream::stderr().lock();
        // If standard error is closed, there is nowhere left to report to.
        let _ = writeln!(stderr, "{ERROR}error:{ERROR:#} {}", printable(&self.message));
        for note in &self.notes {
            let _ = writeln!(stderr, "  {}", printable(note));
        }
        ExitCode::from(self.kind as u8)
    }
}

/// Writes a message to standard error.
pub(crate) fn tell(message: impl Display) {
    // A message that nobody can read is no reason to fail.
    let _ = writeln!(anstream::stderr(), "{}", printable(&message.to_string()));
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(&error)
    }
}

impl Failure {
    /// Says what happened, whether it may have been applied, and what to do next.
    pub(crate) fn of(error: &Error) -> Self {
        let mut failure = Self::new(kind_of(error), message_of(error));
        if is_in_part(error) {
            failure.kind = FailureKind::Refused;
        } else if error.may_have_been_applied() {
            failure =
                failure.note("The service may have applied the change: look before you repeat it.");
        } else if error.operation().is_some_and(is_change) {
            failure = failure.note("The change was not applied.");
        }
        if let Some(incomplete) = IncompleteChange::of(error) {
            let fields = incomplete.pointers().iter().map(|pointer| dotted(pointer));
            let fields = fields.collect::<Vec<_>>().join(", ");
            failure = failure.note(format!("The service still has {fields}."));
        }
        if let Some(permission) = error.missing_permission() {
            failure = failure.note(format!("The client needs the permission {permission}."));
        } else if error.is_unauthorized() || error.is_token_refused() {
            failure = failure.note("Check the credentials of the profile with `trivore check`.");
        } else if error.is_forbidden() {
            failure = failure.note("See what the client may do with `trivore whoami`.");
        } else if error.is_connect() {
            failure = failure.note("Find out why with `trivore check`.");
        } else if error.retry_after().is_none() && does_not_work(error) {
            failure = failure.note("Try again later; see whether it works with `trivore check`.");
        }
        if let Some(wait) = error.retry_after() {
            failure = failure.note(format!("Try again in {}.", seconds(wait)));
        }
        if let Some(id) = error.api().and_then(|api| api.request_id()) {
            failure = failure.note(format!("Request id: {id}"));
        }
        failure
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(FailureKind::Configuration, with_sources(&error))
    }
}

/// Whether a change is known to have been applied in part.
fn is_in_part(error: &Error) -> bool {
    IncompleteChange::of(error).is_some_and(|incomplete| incomplete.error().is_none())
}

/// Returns the path of a JSON pointer as it is written elsewhere, with dots.
fn dotted(pointer: &str) -> String {
    let names = pointer.split('/').skip(1);
    let names = names.map(|name| name.replace("~1", "/").replace("~0", "~"));
    names.collect::<Vec<_>>().join(".")
}

fn is_change(operation: &Operation) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&operation.method)
}

/// Whether the service, or the way to it, does not work now.
fn does_not_work(error: &Error) -> bool {
    error.is_server_error() || error.is_timeout() || error.is_connection()
}

fn kind_of(error: &Error) -> FailureKind {
    if error.may_have_been_applied() {
        FailureKind::Unknown
    } else if error.is_invalid_input() {
        FailureKind::Usage
    } else if error.is_not_found() {
        FailureKind::NotFound
    } else if error.is_configuration() || error.is_unauthorized() || error.is_token_refused() {
        FailureKind::Configuration
    } else if error.status().is_some_and(|status| status.is_client_error())
        && !error.is_rate_limited()
    {
        FailureKind::Refused
    } else {
        FailureKind::Unavailable
    }
}

/// Returns what happened.
fn message_of(error: &Error) -> String {
    let message = match error.decode_error() {
        Some(decode) if decode.content_type().is_none() && decode.content_coding().is_none() => {
            let place = match decode.path() {
                "." => String::new(),
                path => format!(" at `{path}`"),
            };
            let expected = decode.expected().map(|it| format!(": expected {}", in_words(it)));
            format!("unexpected response{place}{}", expected.unwrap_or_default())
        }
        _ => with_sources(error),
    };
    // The command says what was done, better than the SDK's name of the operation.
    let name = error.operation().map_or("call", |operation| operation.name);
    let rest = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
    rest.map(str::to_owned).unwrap_or(message)
}

fn seconds(time: Duration) -> String {
    let count = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    counted(count, "second")
}

/// Returns the message of an error and of what caused it, each once, without known secrets.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        source = error.source();
    }
    without_secrets(&message)
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
