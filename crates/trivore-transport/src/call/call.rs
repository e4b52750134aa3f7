//! One call as a value: the request and the type of its response.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde::Serialize;

use crate::call::json_body::json_body;
use crate::call::path::RequestPath;
use crate::call::{CallContext, CallSettings, InvalidPath, Operation, Safety, Subject};
use crate::error::{Error, Result};
use crate::message::{is_of_transport, refused};
use crate::retry::RetryPolicy;

/// One call to the service; its response is decoded as `T`.
///
/// A call is plain data and does no I/O. Its methods never return an error: if the input is
/// invalid, [`Client::send`] returns the first error before anything is sent.
///
/// ```
/// use trivore_transport::Call;
///
/// let call: Call<Vec<String>> = Call::get(&["api", "rest", "v1", "role", "builtin"])
///     .query("count", "100");
///
/// assert_eq!(call.into_request()?.uri(), "/api/rest/v1/role/builtin?count=100");
///
/// let invalid: Call<()> = Call::delete(&["user", ".."]);
/// assert!(invalid.into_request().unwrap_err().is_invalid_input());
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
    path: RequestPath,
    query: String,
    headers: HeaderMap,
    extensions: Extensions,
    settings: CallSettings,
    subject: Option<Subject>,
    body: Bytes,
}

impl<T> Call<T> {
    /// Makes a call of an operation; `values` fill the variables of its route in order.
    ///
    /// The first value is also the call's [subject](Self::subject).
    ///
    /// ```
    /// use trivore_transport::{Call, CallContext, Operation, Safety};
    ///
    /// const RENAME: Operation =
    ///     Operation::put("users.rename", "/user/{userId}/name", Safety::Idempotent);
    ///
    /// let call: Call<()> = Call::of(&RENAME, &["42"]).json("Maija");
    ///
    /// let request = call.into_request()?;
    /// assert_eq!(request.uri(), "/user/42/name");
    /// assert_eq!(request.body(), r#""Maija""#);
    /// let context = CallContext::of(&request).unwrap();
    /// assert_eq!(context.operation(), Some(&RENAME));
    /// # Ok::<(), trivore_transport::Error>(())
    /// ```
    pub fn of(operation: &Operation, values: &[&str]) -> Self {
        let call = Self::build(operation.clone(), RequestPath::from_route(operation.route, values));
        match values.first() {
            Some(value) => call.subject(value),
            None => call,
        }
    }

    /// Makes a call with any method; `segments` are the path.
    ///
    /// The method decides the [`Safety`]: `GET`, `HEAD` and `OPTIONS` are safe, `PUT` and `DELETE`
    /// idempotent, all others not idempotent. [`Call::safety`] overrides that.
    pub fn new(method: Method, segments: &[&str]) -> Self {
        Self::build(Operation::unnamed(method), RequestPath::new(segments))
    }

    /// Makes a `GET` call; `segments` are the path.
    pub fn get(segments: &[&str]) -> Self {
        Self::new(Method::GET, segments)
    }

    /// Makes a `POST` call; `segments` are the path.
    pub fn post(segments: &[&str]) -> Self {
        Self::new(Method::POST, segments)
    }

    /// Makes a `PUT` call; `segments` are the path.
    pub fn put(segments: &[&str]) -> Self {
        Self::new(Method::PUT, segments)
    }

    /// Makes a `DELETE` call; `segments` are the path.
    pub fn delete(segments: &[&str]) -> Self {
        Self::new(Method::DELETE, segments)
    }

    fn build(operation: Operation, path: Result<RequestPath, InvalidPath>) -> Self {
        let parts = path.map_err(Error::from).map(|path| Parts {
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            extensions: Extensions::new(),
            settings: CallSettings::default(),
            subject: None,
            body: Bytes::new(),
        });
        Self { operation, parts, output: PhantomData }
    }

    /// Adds a query parameter; encodes name and value.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.with(|parts| {
            let mut query = form_urlencoded::Serializer::new(std::mem::take(&mut parts.query));
            parts.query = query.append_pair(name, value).finish();
            Ok(())
        })
    }

    /// Sets the body to `value` as JSON, and the content type.
    ///
    /// Objects and arrays can be nested up to 128 levels: deeper ones could not be read again.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        self.with(|parts| {
            parts.body = json_body(value)?.into();
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// Sets a header.
    ///
    /// Headers that say how the message is sent belong to the transport. The call fails with
    /// [`Error::is_invalid_input`] if it sets one of these: `Connection`, `Content-Length`,
    /// `Expect`, `Host`, `HTTP2-Settings`, `Keep-Alive`, `Proxy-Authenticate`,
    /// `Proxy-Authorization`, `Proxy-Connection`, `TE`, `Trailer`, `Transfer-Encoding` and
    /// `Upgrade`. If the client has [`Credentials`](crate::Credentials), they replace a call's own
    /// `Authorization`.
    ///
    /// ```
    /// use http::HeaderValue;
    /// use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH};
    /// use trivore_transport::Call;
    ///
    /// let call = Call::<()>::get(&["user"]);
    /// let call = call.header(ACCEPT_LANGUAGE, HeaderValue::from_static("fi"));
    /// assert!(call.into_request().is_ok());
    ///
    /// let call = Call::<()>::get(&["user"]).header(CONTENT_LENGTH, HeaderValue::from(5));
    /// assert!(call.into_request().unwrap_err().is_invalid_input());
    /// ```
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|parts| {
            if is_of_transport(&name) {
                return Err(refused(&name));
            }
            parts.headers.insert(name, value);
            Ok(())
        })
    }

    /// Sets what repeating this call would do, which decides when it is retried.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.operation.safety = safety;
        self
    }

    /// Limits the whole call, including all waits, instead of the client's timeout.
    pub fn timeout(self, limit: Duration) -> Self {
        self.with(|parts| {
            parts.settings.timeout = Some(limit);
            Ok(())
        })
    }

    /// Sets the retry policy of this call instead of the client's.
    pub fn retry(self, policy: impl Into<RetryPolicy>) -> Self {
        self.with(|parts| {
            parts.settings.retry = Some(policy.into());
            Ok(())
        })
    }

    /// Sets whom or what the call is about, such as a user's identifier.
    ///
    /// If the server refuses a call because of its rate, other subjects do not pause; see
    /// [`RateLimiter`](crate::RateLimiter). By default, the subject is the first variable of the
    /// operation's route. Only a hash of the key is kept, and no log or error shows it.
    ///
    /// ```
    /// use trivore_transport::{Call, Operation, Safety};
    ///
    /// const INVITE: Operation = Operation::post("invite", "/invite/user", Safety::TouchesPerson);
    ///
    /// let call: Call<()> = Call::of(&INVITE, &[]).subject("maija@example.com");
    ///
    /// assert!(!format!("{call:?}").contains("maija"));
    /// ```
    pub fn subject(self, key: &str) -> Self {
        let subject = Subject::new(key);
        self.with(|parts| {
            parts.subject = Some(subject);
            Ok(())
        })
    }

    /// Adds a value to the request's extensions, for layers of your own.
    pub fn extension<V: Clone + Send + Sync + 'static>(self, value: V) -> Self {
        self.with(|parts| {
            parts.extensions.insert(value);
            Ok(())
        })
    }

    /// Makes the call fail with your own error, unless an earlier step has failed.
    ///
    /// Like all errors of a call, it is returned when the call is sent.
    ///
    /// ```
    /// use trivore_transport::{Call, Error};
    ///
    /// fn rename(name: &str) -> Call<()> {
    ///     let checked = match name {
    ///         "" => Err(Error::input("the name is empty")),
    ///         _ => Ok(()),
    ///     };
    ///     Call::put(&["user", "42", "name"]).json(name).check(checked)
    /// }
    ///
    /// assert!(rename("").into_request().unwrap_err().is_invalid_input());
    /// ```
    pub fn check(self, checked: Result<()>) -> Self {
        self.with(|_| checked)
    }

    /// Returns the operation of this call.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Returns the request, without sending it.
    ///
    /// Its URI is relative to the base URL, and its extensions contain the
    /// [`CallContext`](crate::CallContext).
    ///
    /// # Errors
    ///
    /// A segment is empty, `.` or `..`, the body cannot be serialized as JSON, a header belongs to
    /// the transport, or a [`check`](Self::check) failed.
    pub fn into_request(self) -> Result<Request<Bytes>> {
        let Self { operation, parts, .. } = self;
        let build = |parts: Parts| {
            let mut uri = parts.path.into_string();
            if !parts.query.is_empty() {
                uri.push('?');
                uri.push_str(&parts.query);
            }
            let mut request = Request::new(parts.body);
            *request.method_mut() = operation.method.clone();
            *request.uri_mut() = uri.try_into().map_err(Error::input)?;
            *request.headers_mut() = parts.headers;
            *request.extensions_mut() = parts.extensions;
            let mut context = CallContext::for_subject(operation.clone(), parts.subject);
            if !parts.settings.is_empty() {
                context.set_settings(parts.settings);
            }
            request.extensions_mut().insert(context);
            Ok(request)
        };
        parts.and_then(build).map_err(|error| error.of(operation))
    }

    fn with(mut self, step: impl FnOnce(&mut Parts) -> Result<()>) -> Self {
        if let Ok(parts) = &mut self.parts
            && let Err(error) = step(parts)
        {
            self.parts = Err(error);
        }
        self
    }
}

impl<T> fmt::Debug for Call<T> {
    /// Shows the operation, but no values of this call.
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
    fn a_body_that_cannot_be_written_is_not_quoted() {
        struct Picky;
        impl Serialize for Picky {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("MARK"))
            }
        }

        let deep = (0..5000).fold(serde_json::Value::Null, |inner, _| vec![inner].into());
        let broken = std::collections::BTreeMap::from([(("MARK", 1), "MARK")]);

        for call in [
            Call::<()>::post(&["x"]).json(&deep),
            Call::post(&["x"]).json(&broken),
            Call::post(&["x"]).json(&Picky),
        ] {
            let error = call.into_request().unwrap_err();

            assert!(error.is_invalid_input());
            assert!(!format!("{error} {error:?}").contains("MARK"), "{error:?}");
        }
        let body = serde_json::json!({"a": [[1], {"b": []}], "c": {}});
        let request = Call::<()>::post(&["x"]).json(&body).into_request().unwrap();
        assert_eq!(request.body(), &body.to_string());
    }

    #[test]
    fn query_parameters_are_encoded_in_order() {
        let call: Call<()> = Call::get(&["user"]).query("filter", "a eq \"b&c\"").query("n", "+1");

        let request = call.into_request().unwrap();

        assert_eq!(request.uri(), "/user?filter=a+eq+%22b%26c%22&n=%2B1");
    }
}
