//! What a request is for, as far as the rate limit is concerned.

use http::Request;

use crate::call::{CallContext, Operation, Subject};
use crate::message::RateLimitScope;

/// An operation's method and route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OperationKey(Subject);

/// The operation and the subject of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LimitTarget {
    pub(super) operation: OperationKey,
    pub(super) subject: Option<Subject>,
}

/// A request of which the target is computed when it is needed; most of the time, it is not.
#[derive(Clone, Debug)]
pub(crate) struct LimitedRequest {
    pub(super) operation: Operation,
    subject: Option<Subject>,
}

impl LimitedRequest {
    /// Calls that were made from segments have no route. Those with the same method count as one
    /// operation, and their path is a part of their subject.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let operation = CallContext::operation_of(request);
        let mut subject = CallContext::of(request).and_then(CallContext::subject);
        if operation.route.is_empty() {
            subject = Some(Subject::new(&(request.uri().path(), subject)));
        }
        Self { operation, subject }
    }

    pub(crate) fn target(&self) -> LimitTarget {
        let Self { operation, subject } = self;
        let key = OperationKey(Subject::new(&(&operation.method, operation.route)));
        LimitTarget { operation: key, subject: *subject }
    }
}

impl LimitTarget {
    /// The narrowest scope that a refusal of this request can have.
    pub(super) fn narrowest(self) -> RateLimitScope {
        match self.subject {
            Some(_) => RateLimitScope::Subject,
            None => RateLimitScope::Operation,
        }
    }

    /// What counts as one source of refusals: a subject, or an operation without subjects.
    pub(super) fn source(self) -> Subject {
        self.subject.unwrap_or(self.operation.0)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::call::{Call, Safety};

    fn target(call: Call<()>) -> LimitTarget {
        let request: Request<Bytes> = call.into_request().unwrap();
        LimitedRequest::of(&request).target()
    }

    const CHECK: Operation =
        Operation::post("users.check", "/user/{userId}/check/{code}", Safety::OneShot);
    const LIST: Operation = Operation::get("users.list", "/user");

    #[test]
    fn the_first_variable_of_a_route_is_the_subject() {
        let check = |user, code| target(Call::of(&CHECK, &[user, code]));

        assert_eq!(check("1", "111"), check("1", "222"));
        assert_ne!(check("1", "111"), check("2", "111"));
        assert_eq!(check("1", "111").operation, check("2", "222").operation);
        assert_eq!(check("1", "111"), target(Call::of(&CHECK, &["2", "222"]).subject("1")));
    }

    #[test]
    fn a_route_without_variables_has_no_subject() {
        assert_eq!(target(Call::of(&LIST, &[])).subject, None);
        assert_eq!(target(Call::of(&LIST, &[]).query("a", "1")), target(Call::of(&LIST, &[])));
        assert!(target(Call::of(&LIST, &[]).subject("1")).subject.is_some());
    }

    #[test]
    fn the_path_of_a_call_without_a_route_is_its_subject() {
        let get = |segment| Call::get(&["user", segment]);

        assert_eq!(target(get("1")), target(get("1").query("a", "b")));
        assert_ne!(target(get("1")), target(get("2")));
        assert_ne!(target(get("1")), target(get("1").subject("x")));
        assert_eq!(target(get("1")).operation, target(get("2")).operation);
        assert_ne!(target(get("1")).operation, target(Call::post(&["user", "1"])).operation);
    }

    #[test]
    fn no_identifier_is_shown() {
        let shown = format!("{:?}", target(Call::of(&CHECK, &["MARK", "111"])));

        assert!(!shown.contains("MARK") && !shown.contains(char::is_numeric), "{shown}");
    }
}
