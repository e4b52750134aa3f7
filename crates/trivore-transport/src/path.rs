//! A path is segments, never a format string.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// An absolute path made of percent-encoded segments.
///
/// No string can add a segment, leave the path or begin a query:
///
/// ```
/// use trivore_transport::Path;
///
/// assert_eq!(Path::new(&["user", "a/b?c", "legal"])?.as_str(), "/user/a%2Fb%3Fc/legal");
/// assert!(Path::new(&["user", ".."]).is_err());
/// # Ok::<(), trivore_transport::InvalidPath>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(String);

impl Path {
    /// Joins the segments, encoding all that is not unreserved in RFC 3986.
    ///
    /// # Errors
    ///
    /// There are no segments, or one of them is empty, `.` or `..`.
    pub fn new(segments: &[&str]) -> Result<Self, InvalidPath> {
        if segments.is_empty() {
            return Err(InvalidPath { reason: Reason::NoSegments });
        }
        let mut path = String::with_capacity(64);
        for (index, segment) in segments.iter().enumerate() {
            push(&mut path, segment, index)?;
        }
        Ok(Self(path))
    }

    /// Fills the variables of a route, in order.
    ///
    /// A variable is a segment in braces: `/user/{userId}/legal`.
    ///
    /// # Errors
    ///
    /// A value is empty, `.` or `..`, or there are more or fewer values than variables.
    pub fn from_route(route: &str, values: &[&str]) -> Result<Self, InvalidPath> {
        let mut values = values.iter();
        let mut path = String::with_capacity(route.len() + 32);
        for (index, segment) in route.split('/').skip(1).enumerate() {
            let value = if segment.starts_with('{') && segment.ends_with('}') {
                values.next().ok_or(InvalidPath { reason: Reason::ValueCount })?
            } else {
                segment
            };
            push(&mut path, value, index)?;
        }
        if values.next().is_some() {
            return Err(InvalidPath { reason: Reason::ValueCount });
        }
        if path.is_empty() {
            return Err(InvalidPath { reason: Reason::NoSegments });
        }
        Ok(Self(path))
    }

    /// The encoded path, with a leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why segments make no path.
///
/// The message never holds the segment itself, which may be an identifier or a
/// code that a person typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPath {
    reason: Reason,
}

impl fmt::Display for InvalidPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::NoSegments => f.write_str("the path has no segments"),
            Reason::Dots { index } => write!(
                f,
                "path segment {index} is \".\" or \"..\", which would lead to another resource"
            ),
            Reason::Empty { index } => {
                write!(f, "path segment {index} is empty, which would lead to another resource")
            }
            Reason::ValueCount => {
                f.write_str("the route needs another number of values than it was given")
            }
        }
    }
}

impl std::error::Error for InvalidPath {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    NoSegments,
    Empty { index: usize },
    Dots { index: usize },
    ValueCount,
}

fn push(path: &mut String, segment: &str, index: usize) -> Result<(), InvalidPath> {
    match segment {
        "" => Err(InvalidPath { reason: Reason::Empty { index } }),
        // Encoding does not help: URL parsers read "%2e%2e" as ".." too.
        "." | ".." => Err(InvalidPath { reason: Reason::Dots { index } }),
        _ => {
            path.push('/');
            path.extend(utf8_percent_encode(segment, RESERVED));
            Ok(())
        }
    }
}

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        let path = Path::new(&["user", "../group/1?x=1#y", "legal"]).unwrap();

        assert_eq!(path.as_str(), "/user/..%2Fgroup%2F1%3Fx%3D1%23y/legal");
    }

    #[test]
    fn empty_and_dot_segments_are_refused() {
        for segment in ["", ".", ".."] {
            assert!(Path::new(&["user", segment]).is_err(), "{segment:?}");
            assert!(Path::from_route("/user/{userId}", &[segment]).is_err(), "{segment:?}");
        }
    }

    #[test]
    fn a_route_takes_as_many_values_as_it_has_variables() {
        let route = "/user/{userId}/history/{entryId}";

        let path = Path::from_route(route, &["a", "b c"]).unwrap();

        assert_eq!(path.as_str(), "/user/a/history/b%20c");
        assert!(Path::from_route(route, &["a"]).is_err());
        assert!(Path::from_route(route, &["a", "b", "c"]).is_err());
    }

    #[test]
    fn a_value_in_braces_is_not_a_variable() {
        let path = Path::from_route("/user/{userId}", &["{x}"]).unwrap();

        assert_eq!(path.as_str(), "/user/%7Bx%7D");
    }
}
