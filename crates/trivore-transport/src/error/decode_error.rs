//! Why a response could not be decoded.

use std::error::Error as StdError;
use std::fmt;

/// Why the body of a successful response could not be decoded.
///
/// Decode errors report the JSON path and what was expected there, never the value. If a member is
/// missing or repeated, they report its name.
///
/// ```
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
///     Ok::<_, BoxError>(Response::new(r#"{"sizes": [1, "two"]}"#.to_owned()))
/// }));
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Sizes {
///     sizes: Vec<u64>,
/// }
/// let error = client.send(Call::<Sizes>::get(&["sizes"])).await.unwrap_err();
///
/// let decode = error.decode_error().unwrap();
/// assert_eq!(decode.path(), "sizes[1]");
/// assert_eq!(decode.expected(), Some("u64"));
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) path: String,
    pub(crate) expected: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_coding: Option<String>,
    pub(crate) message: Option<String>,
}

impl DecodeError {
    /// Creates an error for a response that decodes, but is not what an operation expects.
    ///
    /// Neither text may contain a value of the response.
    pub fn new(path: &str, expected: &str) -> Self {
        Self { path: path.to_owned(), expected: Some(expected.to_owned()), ..Self::default() }
    }

    /// Returns the same error with a path that starts further out, such as `resources[3]`.
    #[must_use]
    pub fn within(self, outer: &str) -> Self {
        let path = match self.path.as_str() {
            "." => outer.to_owned(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        Self { path, ..self }
    }

    /// Returns the JSON path of the value, such as `resources[3].name`; `.` is the whole body.
    ///
    /// Keys that are no field of the type, such as names of custom fields, are shown as `*`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what was expected at this path, such as `a string`, if known.
    ///
    /// If a member of the object at this path is missing, this is ``a member `id` ``. If it is
    /// there twice, this is ``a member `id` that is not repeated``.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// Returns the response's content type, if the body is not JSON.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the content coding of a body that is not JSON, such as `gzip`.
    ///
    /// The client asks for no coding, unless a layer of yours does. A layer that decodes the body
    /// also removes the header.
    pub fn content_coding(&self) -> Option<&str> {
        self.content_coding.as_deref()
    }

    /// Returns the server's error message, if the body is an error in spite of its status.
    ///
    /// It is not part of `Display` and `Debug`: in a response with a success status, it could be a
    /// value.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

#[expect(clippy::missing_fields_in_debug, reason = "the message could be a value")]
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("path", &self.path)
            .field("expected", &self.expected)
            .field("content_type", &self.content_type)
            .field("content_coding", &self.content_coding)
            .finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(coding) = &self.content_coding {
            return write!(f, "the response is not JSON but has the content coding {coding}");
        }
        if let Some(content_type) = &self.content_type {
            return write!(f, "the response is not JSON but {content_type}");
        }
        f.write_str("could not decode the response")?;
        if self.path != "." {
            write!(f, " at {}", self.path)?;
        }
        match &self.expected {
            Some(expected) => write!(f, ": expected {expected}"),
            None => Ok(()),
        }
    }
}

impl StdError for DecodeError {}

/// Returns what is expected of a member that is there twice.
pub(crate) fn not_repeated(name: &str) -> String {
    format!("a member `{name}` that is not repeated")
}
