//! Descriptions of operations: name, route, and what repeating them would do.

use std::fmt;

use http::Method;

use crate::call::ResponseShape;

/// Describes one operation of the service.
///
/// It is in the [`CallContext`](crate::CallContext) of every request, so layers can use its name
/// and route instead of the path:
///
/// ```
/// use trivore_transport::{Call, CallContext, Operation};
///
/// const GET_USER: Operation = Operation::get("users.get", "/user/{userId}");
/// let request = Call::<()>::of(&GET_USER, &["42"]).into_request()?;
///
/// assert_eq!(request.uri(), "/user/42");
/// let operation = CallContext::of(&request).and_then(CallContext::operation);
/// assert_eq!(operation, Some(&GET_USER));
/// # Ok::<(), trivore_transport::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Name in spans and errors, such as `users.get`.
    pub name: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path with variable segments in braces, such as `/api/user/{userId}`.
    ///
    /// Empty for a call that was made from segments.
    pub route: &'static str,
    /// What repeating the operation would do.
    pub safety: Safety,
    /// The minimum that a successful response must contain.
    pub shape: ResponseShape,
}

impl Operation {
    /// Describes a `GET`, which is always [`Safety::Safe`].
    pub const fn get(name: &'static str, route: &'static str) -> Self {
        Self::new(name, Method::GET, route, Safety::Safe)
    }

    /// Describes a `POST`.
    pub const fn post(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self::new(name, Method::POST, route, safety)
    }

    /// Describes a `PUT`.
    pub const fn put(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self::new(name, Method::PUT, route, safety)
    }

    /// Describes a `DELETE`.
    pub const fn delete(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self::new(name, Method::DELETE, route, safety)
    }

    const fn new(name: &'static str, method: Method, route: &'static str, safety: Safety) -> Self {
        Self { name, method, route, safety, shape: ResponseShape::Any }
    }

    /// Sets the minimum that a successful response must contain.
    #[must_use]
    pub const fn returns(mut self, shape: ResponseShape) -> Self {
        self.shape = shape;
        self
    }

    /// Describes a call without an operation, by its method.
    pub(crate) fn unnamed(method: Method) -> Self {
        let safety = match method {
            Method::GET | Method::HEAD | Method::OPTIONS => Safety::Safe,
            Method::PUT | Method::DELETE => Safety::Idempotent,
            _ => Safety::NotIdempotent,
        };
        Self::new("call", method, "", safety)
    }
}

/// What repeating an operation would do, from harmless to harmful.
///
/// If an attempt may have been applied, this decides whether the call is retried. A call without an
/// [`Operation`] derives it from the HTTP method, unless you set it with
/// [`Call::safety`](crate::Call::safety).
///
/// ```
/// use trivore_transport::{Call, Safety};
///
/// assert!(Safety::Idempotent.is_repeatable());
/// assert!(!Safety::TouchesPerson.is_repeatable());
///
/// // A `POST` that only searches may be retried like a read.
/// let search: Call<Vec<String>> = Call::post(&["search"]).safety(Safety::Safe);
/// assert!(search.operation().safety.is_safe());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safety {
    /// Reads only.
    Safe,
    /// Leaves the same state when repeated.
    Idempotent,
    /// Deletes; if a retry gets a 404 after an attempt that may have been applied, the call
    /// succeeds, because nothing is left to delete.
    IdempotentDelete,
    /// Creates something that can be looked up afterwards by a name that the caller chose.
    Reconcilable,
    /// Does its work again when repeated.
    NotIdempotent,
    /// Sends something to a person, who would receive it twice.
    TouchesPerson,
    /// Uses up a code or a secret, so repeating it gives another result.
    OneShot,
}

impl Safety {
    /// Whether the operation changes nothing on the server.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Safe)
    }

    /// Whether the operation may be retried after an attempt that may have been applied.
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent | Self::IdempotentDelete)
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Idempotent => "idempotent",
            Self::IdempotentDelete => "idempotent, 404 on a repeat means done",
            Self::Reconcilable => "not idempotent, can be looked up",
            Self::NotIdempotent => "not idempotent",
            Self::TouchesPerson => "touches a person",
            Self::OneShot => "one-shot",
        })
    }
}
