//! Captures logs and panic messages.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io;
use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Registry;
use tracing_subscriber::fmt::format::FmtSpan;
use trivore_tests::operations::marks::{NAME, SECRET};

/// Captures the log of this thread, at every level and of every library.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Read>>);

#[derive(Default)]
struct Read {
    secrets: Vec<String>,
    leaks: Vec<String>,
    operations: Vec<String>,
    lines: usize,
}

impl Log {
    /// Captures the log until the guard is dropped.
    pub(super) fn capture(&self) -> (DefaultGuard, Dispatch) {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            // The digits of timestamps could match anything.
            .without_time()
            .with_writer(move || log.clone())
            .finish();
        // With a single dispatcher, a callsite that is first reached on a thread without one is
        // disabled on all threads.
        let second = Dispatch::new(Registry::default());
        trivore_tests::keep_enabled();
        (tracing::subscriber::set_default(subscriber), second)
    }

    /// Adds a secret to search for, in addition to marks and identifiers.
    pub(super) fn look_for(&self, secret: &str) {
        self.read().secrets.push(secret.to_owned());
    }

    /// Returns the number of logged lines.
    pub(super) fn lines(&self) -> usize {
        self.read().lines
    }

    /// Asserts that nothing leaked and that each of these operations was logged.
    #[track_caller]
    pub(super) fn check<'a>(&self, operations: impl IntoIterator<Item = &'a str>) {
        let read = self.read();
        let some: Vec<&String> = read.leaks.iter().take(3).collect();
        assert!(some.is_empty(), "{} of {} lines leak: {some:#?}", read.leaks.len(), read.lines);
        for operation in operations {
            let is_logged = read.operations.iter().any(|logged| logged == operation);
            assert!(is_logged, "{operation} was not logged in {} lines", read.lines);
        }
    }

    fn read(&self) -> MutexGuard<'_, Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let mut read = self.read();
        read.lines += 1;
        if let Some(leak) = leak(&line, &read.secrets) {
            read.leaks.push(format!("{leak}: {line}"));
        }
        if let Some((_, rest)) = line.split_once("trivore.operation=\"")
            && let Some((name, _)) = rest.split_once('"')
            && !read.operations.iter().any(|known| known == name)
        {
            read.operations.push(name.to_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Finds a mark, anything that looks like an identifier, or one of these secrets.
pub(super) fn leak(text: &str, secrets: &[String]) -> Option<String> {
    let lower = text.to_lowercase();
    if let Some(mark) = [SECRET, NAME].into_iter().find(|mark| lower.contains(mark)) {
        return Some(mark.to_owned());
    }
    if text.contains(SECRET_IN_BASE64) {
        return Some(SECRET_IN_BASE64.to_owned());
    }
    let is_id = |word: &&str| word.len() == 24 && word.bytes().all(|c| c.is_ascii_hexdigit());
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    if let Some(id) = words.find(is_id) {
        return Some(id.to_owned());
    }
    secrets.iter().find(|secret| text.contains(*secret)).cloned()
}

/// Checks all texts of an error and its sources.
#[track_caller]
pub(super) fn check_error(error: &(dyn StdError + 'static), secrets: &[String]) {
    for shown in shown(error) {
        assert_eq!(leak(&shown, secrets), None, "{shown}");
    }
}

/// Returns the `Display` and `Debug` texts of an error and its sources, plain and alternate.
pub(super) fn shown(error: &(dyn StdError + 'static)) -> Vec<String> {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(|cause| format!("{cause} {cause:#} {cause:?} {cause:#?}")).collect()
}

/// Checks the `Debug` output of a value, plain and alternate. Identifiers are allowed.
#[track_caller]
pub(super) fn check_debug(value: &dyn Debug) {
    check_shown(&format!("{value:?} {value:#?}"), &[]);
}

/// Checks a `Debug` output. Identifiers are allowed.
#[track_caller]
pub(super) fn check_shown(shown: &str, secrets: &[String]) {
    let is_marked = shown.to_lowercase().contains(SECRET) || shown.contains(SECRET_IN_BASE64);
    assert!(!is_marked && secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
}

/// Captures panic messages from now on.
pub(super) fn watch_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
            panics.push((thread::current().id(), info.to_string()));
            drop(panics);
            others(info);
        }));
    });
}

/// Returns the panic messages of this thread, including panics that a runtime caught.
pub(super) fn panics_here() -> Vec<String> {
    let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
    let here = panics.iter().filter(|(id, _)| *id == thread::current().id());
    here.map(|(_, message)| message.clone()).collect()
}

static PANICS: Mutex<Vec<(ThreadId, String)>> = Mutex::new(Vec::new());

/// The start of Base64-encoded credentials that begin with the mark.
const SECRET_IN_BASE64: &str = "enF4";
