//! The foreign error behind an error of ours, and its chain of texts.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::chain::chain;
use crate::error::{BoxError, ConnectError, Error, one_line};

/// A foreign error that an error of ours displays.
///
/// `Display` shows the error of ours that says why there is no connection or, if there is none, the
/// innermost source, which usually names the actual cause. The other texts of the chain are in
/// [`rest`](Self::rest), so that a report of the whole chain shows each text once.
///
/// The texts may hold what a server sent, such as the debug data of an HTTP/2 connection's end or
/// the names of a certificate, so each is one line of limited length.
pub(crate) struct Cause {
    error: BoxError,
    rest: Option<Level>,
}

/// A text of a chain, without the texts below it.
#[derive(Debug)]
struct Level {
    text: String,
    below: Option<Box<Self>>,
}

impl Cause {
    /// Returns the error as it was given.
    pub(crate) fn get_ref(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.error.as_ref()
    }

    /// Returns the texts that `Display` does not show, outermost first.
    pub(crate) fn rest(&self) -> Option<&(dyn StdError + 'static)> {
        self.rest.as_ref().map(|level| level as &(dyn StdError + 'static))
    }

    /// Whether every further attempt would fail, too, such as with a bad certificate.
    pub(crate) fn is_permanent(&self) -> bool {
        ConnectError::find(self.error.as_ref()).is_some_and(ConnectError::is_permanent)
    }

    /// Whether there was a connection for the request, which was not processed.
    pub(crate) fn had_connection(&self) -> bool {
        ConnectError::find(self.error.as_ref()).is_some_and(ConnectError::had_connection)
    }

    /// Whether a limit of time was exceeded.
    pub(crate) fn is_timeout(&self) -> bool {
        chain(self.error.as_ref()).any(is_timeout)
    }
}

impl<E: Into<BoxError>> From<E> for Cause {
    fn from(error: E) -> Self {
        let error = error.into();
        let rest = rest(error.as_ref());
        Self { error, rest }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(telling(self.error.as_ref())))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_one_line(&format!("{:?}", self.error), MAX_DEBUG_LENGTH))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Level {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.below.as_deref().map(|level| level as &(dyn StdError + 'static))
    }
}

/// Returns the texts of a chain except the one that `Display` shows.
///
/// Many errors repeat the text of their source, mostly at their end.
fn rest(error: &(dyn StdError + 'static)) -> Option<Level> {
    let mut texts: Vec<String> = chain(error).map(text).collect();
    let shown = texts.remove(telling_index(error));
    let (mut rest, mut below) = (None, vec![shown]);
    for text in texts.into_iter().rev() {
        let mut own = text.as_str();
        for other in below.iter().rev() {
            let before = own.strip_suffix(other.as_str());
            let before = before.filter(|before| before.is_empty() || before.ends_with(": "));
            own = before.map_or(own, |before| before.trim_end_matches([':', ' ']));
        }
        let is_told = own.is_empty() || below.iter().any(|other| other.contains(own));
        if !is_told {
            let below = rest.take().map(Box::new);
            rest = Some(Level { text: own.to_owned(), below });
        }
        below.push(text);
    }
    rest
}

/// Returns the text of an error without its sources.
fn text(error: &(dyn StdError + 'static)) -> String {
    in_one_line(&error.to_string(), MAX_LENGTH)
}

/// Joins lines by a space, and keeps at most `limit` characters.
fn in_one_line(text: &str, limit: usize) -> String {
    let lines: Vec<_> = text.split(['\n', '\u{2028}', '\u{2029}']).map(str::trim).collect();
    one_line(&lines.join(" "), limit)
}

/// Returns the error of the chain that says what happened.
fn telling<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    chain(error).nth(telling_index(error)).unwrap_or(error)
}

fn telling_index(error: &(dyn StdError + 'static)) -> usize {
    let ours = chain(error).position(<dyn StdError>::is::<ConnectError>);
    ours.unwrap_or_else(|| chain(error).count() - 1)
}

/// Whether an error says that a limit of time was exceeded.
fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // The source of an `io::Error` is the source of what it wraps.
        let wrapped = error.get_ref();
        return error.kind() == io::ErrorKind::TimedOut
            || wrapped.is_some_and(|wrapped| chain(wrapped).any(is_timeout));
    }
    #[cfg(feature = "http-client")]
    if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout) {
        return true;
    }
    error.is::<tower::timeout::error::Elapsed>()
        || error.is::<tokio::time::error::Elapsed>()
        || error.downcast_ref::<Error>().is_some_and(Error::is_timeout)
        || error.to_string() == TOWER_HTTP_TIMEOUT
}

/// The text of `tower_http::timeout::TimeoutError`, of whichever version.
const TOWER_HTTP_TIMEOUT: &str = "data was not received within the designated timeout";
/// The largest number of characters of one text.
const MAX_LENGTH: usize = 500;
const MAX_DEBUG_LENGTH: usize = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// An error with a text and a source.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Chained(&'static str, #[source] Option<BoxError>);

    fn chained(texts: &[&'static str]) -> BoxError {
        let below = (texts.len() > 1).then(|| chained(&texts[1..]));
        Box::new(Chained(texts[0], below))
    }

    #[track_caller]
    fn check(texts: &[&'static str], shown: &str, expected: &[&str]) {
        let cause = Cause::from(chained(texts));

        let rest = std::iter::successors(cause.rest(), |error| (*error).source());
        assert_eq!(cause.to_string(), shown);
        assert_eq!(rest.map(ToString::to_string).collect::<Vec<_>>(), expected, "{texts:?}");
    }

    #[test]
    fn each_text_of_a_chain_is_told_once() {
        check(&["refused"], "refused", &[]);
        check(&["client error", "tcp error", "refused"], "refused", &["client error", "tcp error"]);
        check(&["tcp error: refused", "refused"], "refused", &["tcp error"]);
        check(&["a: b: c", "b: c", "c"], "c", &["a", "b"]);
        check(&["refused", "refused", "refused"], "refused", &[]);
        check(&["", ""], "", &[]);
    }

    #[test]
    fn texts_of_others_are_short_and_on_one_line() {
        let long = format!("a\nb\u{2028}c\u{202e}{}", "x".repeat(10_000));
        let long: &'static str = long.leak();
        let cause = Cause::from(chained(&[long, "outer\r\nforged", long]));

        let rest = std::iter::successors(cause.rest(), |error| (*error).source());
        let texts = rest.map(ToString::to_string).chain([cause.to_string(), format!("{cause:#?}")]);
        for text in texts {
            assert!(text.chars().count() <= 4_096, "{} characters", text.len());
            assert!(!text.contains(['\n', '\u{2028}', '\u{202e}']), "{text}");
        }
        assert!(cause.to_string().starts_with("a b cx"), "{cause}");
    }

    #[test]
    fn a_timeout_is_found_wherever_it_is_in_the_chain() {
        let timed_out = || io::Error::from(io::ErrorKind::TimedOut);
        let hidden = io::Error::other(tower::timeout::error::Elapsed::new());
        for (error, expected) in [
            (Cause::from(timed_out()), true),
            (Cause::from(Chained("outer", Some(timed_out().into()))), true),
            (Cause::from(Chained("outer", Some(hidden.into()))), true),
            (Cause::from(io::Error::from(io::ErrorKind::ConnectionReset)), false),
            (Cause::from("request timed out"), false),
        ] {
            assert_eq!(error.is_timeout(), expected, "{error:?}");
        }
    }
}
