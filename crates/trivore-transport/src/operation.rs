//! What an operation is: its name, its route, and what repeating it would do.

use std::fmt;

use http::Method;

/// One operation of the service, as data.
///
/// Every request carries its operation in its extensions, so middleware can
/// name, measure and route by it without looking at paths:
/// `request.extensions().get::<Operation>()`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Name in spans and errors, such as `users.get`.
    pub name: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path with its variable segments in braces, such as `/api/user/{userId}`.
    ///
    /// Empty for a call that was built from segments alone.
    pub route: &'static str,
    /// What repeating the operation would do.
    pub safety: Safety,
}

impl Operation {
    /// A read, which is always safe.
    pub const fn get(name: &'static str, route: &'static str) -> Self {
        Self { name, method: Method::GET, route, safety: Safety::Safe }
    }

    /// An operation by `POST`.
    pub const fn post(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self { name, method: Method::POST, route, safety }
    }

    /// An operation by `PUT`.
    pub const fn put(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self { name, method: Method::PUT, route, safety }
    }

    /// An operation by `DELETE`.
    pub const fn delete(name: &'static str, route: &'static str, safety: Safety) -> Self {
        Self { name, method: Method::DELETE, route, safety }
    }

    /// The operation of a request, or what its method tells.
    pub(crate) fn of<B>(request: &http::Request<B>) -> Self {
        let known = request.extensions().get().cloned();
        known.unwrap_or_else(|| Self::unnamed(request.method().clone()))
    }

    /// Describes a call that has no operation of its own, as far as its method tells.
    pub(crate) fn unnamed(method: Method) -> Self {
        let safety = match method {
            Method::GET | Method::HEAD | Method::OPTIONS => Safety::Safe,
            Method::PUT | Method::DELETE => Safety::Idempotent,
            _ => Safety::NotIdempotent,
        };
        Self { name: "call", method, route: "", safety }
    }
}

/// What repeating an operation would do, from harmless to never.
///
/// This, and not the HTTP method alone, decides what may be sent again after
/// a failure whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safety {
    /// Reads only.
    Safe,
    /// Leaves the same state when repeated.
    Idempotent,
    /// Deletes; when a repeated call finds nothing, the first one did its work.
    IdempotentDelete,
    /// Creates something that can be looked up afterwards by a name the caller chose.
    Reconcilable,
    /// Does its work once more when repeated.
    NotIdempotent,
    /// Sends something to a person, who would receive it twice.
    TouchesPerson,
    /// Uses up a code or a secret: a second try means something else than the first.
    OneShot,
}

impl Safety {
    /// Whether the operation changes nothing at the server.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Safe)
    }

    /// Whether the operation may be sent again when it may have been applied already.
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
            Self::Reconcilable => "may be reconciled",
            Self::NotIdempotent => "not idempotent",
            Self::TouchesPerson => "touches a person",
            Self::OneShot => "one-shot",
        })
    }
}
