//! Paths made of percent-encoded segments.

use std::{fmt, iter};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// An absolute path made of percent-encoded segments.
///
/// No string can add a segment, leave the path or start a query:
///
/// ```
/// use trivore_transport::RequestPath;
///
/// assert_eq!(RequestPath::new(&["user", "a/b?c", "legal"])?.as_str(), "/user/a%2Fb%3Fc/legal");
/// assert!(RequestPath::new(&["user", ".."]).is_err());
/// # Ok::<(), trivore_transport::InvalidPath>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestPath(String);

impl RequestPath {
    /// Joins segments; encodes every character that is not unreserved in RFC 3986.
    ///
    /// # Errors
    ///
    /// `segments` is empty, or a segment is empty, `.` or `..`.
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
    /// A variable is a segment in braces:
    ///
    /// ```
    /// use trivore_transport::RequestPath;
    ///
    /// let path = RequestPath::from_route("/user/{userId}/legal", &["a b"])?;
    /// assert_eq!(path.as_str(), "/user/a%20b/legal");
    /// # Ok::<(), trivore_transport::InvalidPath>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A value is empty, `.` or `..`, or there are more or fewer values than variables.
    pub fn from_route(route: &str, values: &[&str]) -> Result<Self, InvalidPath> {
        let mut values = values.iter();
        let mut path = String::with_capacity(route.len() + 32);
        for (index, segment) in segments(route).enumerate() {
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

    /// Returns the encoded path, with a leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for RequestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a path is invalid.
///
/// The message never contains the segment itself, which may be an identifier or a code that a
/// person typed.
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
                "path segment {index} is \".\" or \"..\", which would address another resource"
            ),
            Reason::Empty { index } => {
                write!(f, "path segment {index} is empty, which would address another resource")
            }
            Reason::ValueCount => {
                f.write_str("the route has more or fewer variables than the call has values")
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

/// Returns the segments of an absolute path; for such short ones, `str::split` is slow.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let next = |text: &str| text.bytes().position(|byte| byte == b'/');
    let mut rest = next(path).map(|slash| &path[slash + 1..]);
    iter::from_fn(move || {
        let text = rest?;
        let slash = next(text);
        rest = slash.map(|slash| &text[slash + 1..]);
        Some(slash.map_or(text, |slash| &text[..slash]))
    })
}

fn push(path: &mut String, segment: &str, index: usize) -> Result<(), InvalidPath> {
    match segment {
        "" => Err(InvalidPath { reason: Reason::Empty { index } }),
        // Encoding would not help: URL parsers also treat "%2e%2e" as "..".
        "." | ".." => Err(InvalidPath { reason: Reason::Dots { index } }),
        _ => {
            path.push('/');
            if segment.bytes().all(is_unreserved) {
                path.push_str(segment);
            } else {
                path.extend(utf8_percent_encode(segment, RESERVED));
            }
            Ok(())
        }
    }
}

/// Whether a byte is an unreserved character of RFC 3986.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Every character that is not unreserved in RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        let path = RequestPath::new(&["user", "../group/1?x=1#y", "legal"]).unwrap();

        assert_eq!(path.as_str(), "/user/..%2Fgroup%2F1%3Fx%3D1%23y/legal");
    }

    #[test]
    fn empty_and_dot_segments_are_refused() {
        for segment in ["", ".", ".."] {
            assert!(RequestPath::new(&["user", segment]).is_err(), "{segment:?}");
            assert!(RequestPath::from_route("/user/{userId}", &[segment]).is_err(), "{segment:?}");
        }
    }

    #[test]
    fn a_route_takes_as_many_values_as_it_has_variables() {
        let route = "/user/{userId}/history/{entryId}";

        let path = RequestPath::from_route(route, &["a", "b c"]).unwrap();

        assert_eq!(path.as_str(), "/user/a/history/b%20c");
        assert!(RequestPath::from_route(route, &["a"]).is_err());
        assert!(RequestPath::from_route(route, &["a", "b", "c"]).is_err());
    }

    #[test]
    fn what_is_not_unreserved_is_encoded() {
        for code in 0..=0x17F_u32 {
            let character = char::from_u32(code).unwrap();
            let text = format!("a{character}");

            let path = RequestPath::new(&[&text]).unwrap();

            let encoded = utf8_percent_encode(&text, RESERVED).to_string();
            assert_eq!(path.as_str(), format!("/{encoded}"));
            let is_kept = character.is_ascii_alphanumeric() || "-._~".contains(character);
            assert_eq!(encoded == text, is_kept, "{character:?}");
        }
    }

    #[test]
    fn the_segments_of_a_route_are_those_between_its_slashes() {
        for route in ["", "a", "/", "/a", "/a/", "//a", "x/a//b/", "/ä/{b}"] {
            let expected: Vec<_> = route.split('/').skip(1).collect();

            assert_eq!(segments(route).collect::<Vec<_>>(), expected, "{route}");
        }
    }

    #[test]
    fn a_value_in_braces_is_not_a_variable() {
        let path = RequestPath::from_route("/user/{userId}", &["{x}"]).unwrap();

        assert_eq!(path.as_str(), "/user/%7Bx%7D");
    }
}
