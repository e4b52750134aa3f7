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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) path: String,
    pub(crate) expected: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl DecodeError {
    /// Returns the JSON path of the value, such as `resources[3].name`; `.` is the whole body.
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
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(content_type) = &self.content_type {
            return write!(f, "the response is not JSON but {content_type}");
        }
        write!(f, "could not decode the response at {}", self.path)?;
        match &self.expected {
            Some(expected) => write!(f, ": expected {expected}"),
            None => Ok(()),
        }
    }
}

impl StdError for DecodeError {}
