//! One call as a value: what is sent, and what comes back.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::layer::CallTimeout;
use crate::operation::{Operation, Safety};
use crate::path::{InvalidPath, Path};
use crate::retry::RetryPolicy;

/// One call to the service, with `T` as its answer.
///
/// A call is plain data, made without I/O. Building never fails at the call
/// site: what is wrong with the input comes out of [`Client::send`], before
/// anything is sent.
///
/// ```
/// use trivore_transport::Call;
///
/// let call: Call<Vec<String>> = Call::get(&["api", "rest", "v1", "role", "builtin"])
///     .query("count", "100");
///
/// assert_eq!(call.into_request()?.uri(), "/api/rest/v1/role/builtin?count=100");
/// # Ok::<(), trivore_transport::Error>(())
/// ```
///
/// [`Client::send`]: crate::Client::send
#[must_use = "a call does nothing until a client sends it"]
pub struct Call<T> {
    operation: Operation,
    parts: Result<Parts>,
    output: PhantomData<fn() -> T>,
}

struct Parts {
    path: Path,
    query: String,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
}

impl<T> Call<T> {
    /// A call of a described operation; `values` fill its route's variables in order.
    pub fn of(operation: &Operation, values: &[&str]) -> Self {
        Self::build(operation.clone(), Path::from_route(operation.route, values))
    }

    /// A call of any method on the path made of `segments`.
    ///
    /// What may be repeated is told by the method: reads are safe, `PUT` and
    /// `DELETE` idempotent, all else is not. [`Call::safety`] says otherwise.
    pub fn new(method: Method, segments: &[&str]) -> Self {
        Self::build(Operation::unnamed(method), Path::new(segments))
    }

    /// A `GET` on the path made of `segments`.
    pub fn get(segments: &[&str]) -> Self {
        Self::new(Method::GET, segments)
    }

    /// A `POST` on the path made of `segments`.
    pub fn post(segments: &[&str]) -> Self {
        Self::new(Method::POST, segments)
    }

    /// A `PUT` on the path made of `segments`.
    pub fn put(segments: &[&str]) -> Self {
        Self::new(Method::PUT, segments)
    }

    /// A `DELETE` on the path made of `segments`.
    pub fn delete(segments: &[&str]) -> Self {
        Self::new(Method::DELETE, segments)
    }

    fn build(operation: Operation, path: Result<Path, InvalidPath>) -> Self {
        let parts = path.map_err(Error::from).map(|path| Parts {
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            extensions: Extensions::new(),
            body: Bytes::new(),
        });
        Self { operation, parts, output: PhantomData }
    }

    /// Adds a query parameter; name and value are encoded.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.with(|parts| {
            let mut query = form_urlencoded::Serializer::new(std::mem::take(&mut parts.query));
            parts.query = query.append_pair(name, value).finish();
            Ok(())
        })
    }

    /// Sets the body to `value` as JSON.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        self.with(|parts| {
            parts.body = serde_json::to_vec(value).map_err(Error::input)?.into();
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// Sets a header.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|parts| {
            parts.headers.insert(name, value);
            Ok(())
        })
    }

    /// Says what repeating this call would do.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.operation.safety = safety;
        self
    }

    /// Gives this call another limit of time, all waiting included.
    pub fn timeout(self, limit: Duration) -> Self {
        self.extension(CallTimeout(limit))
    }

    /// Gives this call another policy of trying again.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.extension(policy)
    }

    /// Puts a value into the request's extensions, for layers of your own.
    pub fn extension<V: Clone + Send + Sync + 'static>(self, value: V) -> Self {
        self.with(|parts| {
            parts.extensions.insert(value);
            Ok(())
        })
    }

    /// Refuses the call for a reason of the caller's, unless it is refused already.
    ///
    /// The error comes out when the call is sent, as from every other step.
    pub fn check(self, checked: Result<()>) -> Self {
        self.with(|_| checked)
    }

    /// The operation that this call belongs to.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The request, with a path relative to the base URL and the operation in its extensions.
    ///
    /// # Errors
    ///
    /// A segment is empty, `.` or `..`, or the body cannot be written as JSON.
    pub fn into_request(self) -> Result<Request<Bytes>> {
        let Self { operation, parts, .. } = self;
        let build = |parts: Parts| {
            let mut uri = parts.path.as_str().to_owned();
            if !parts.query.is_empty() {
                uri.push('?');
                uri.push_str(&parts.query);
            }
            let mut request = Request::new(parts.body);
            *request.method_mut() = operation.method.clone();
            *request.uri_mut() = uri.try_into().map_err(Error::input)?;
            *request.headers_mut() = parts.headers;
            *request.extensions_mut() = parts.extensions;
            request.extensions_mut().insert(operation.clone());
            Ok(request)
        };
        parts.and_then(build).map_err(|error| error.of(operation))
    }

    fn with(mut self, step: impl FnOnce(&mut Parts) -> Result<()>) -> Self {
        self.parts = self.parts.and_then(|mut parts| {
            step(&mut parts)?;
            Ok(parts)
        });
        self
    }
}

impl<T> fmt::Debug for Call<T> {
    /// Names the operation, and nothing that was filled into it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("is_valid", &self.parts.is_ok())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_first_comes_out_at_the_end() {
        let call: Call<()> = Call::get(&["user", ".."]).query("a", "b").json(&1);

        let error = call.into_request().unwrap_err();

        assert!(error.is_invalid_input());
        assert!(!error.may_have_been_applied());
    }

    #[test]
    fn query_parameters_are_encoded_in_order() {
        let call: Call<()> = Call::get(&["user"]).query("filter", "a eq \"b&c\"").query("n", "+1");

        let request = call.into_request().unwrap();

        assert_eq!(request.uri(), "/user?filter=a+eq+%22b%26c%22&n=%2B1");
    }
}
