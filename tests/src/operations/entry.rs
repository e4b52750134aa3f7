//! The calls that the record of the vendor's SDK has, and how this SDK's requests deviate.

use futures_util::future::BoxFuture;
use trivore::models::UserId;
use trivore::users::Users;

/// An entry of the record, with this SDK's call for it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name in the record.
    pub name: &'static str,
    /// What turns the recorded requests into those of this SDK, with reasons.
    pub deviations: &'static [(Change, &'static str)],
    call: Option<Call>,
}

/// Makes the call with the recorded input, and ignores the result.
type Call = for<'a> fn(&'a Users, &'a UserId) -> BoxFuture<'a, ()>;

/// A change that turns a recorded request into the request of this SDK.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the comparison applies each of them")]
pub enum Change {
    /// Members that are `null`, and objects with only such members, are not sent.
    NoNulls,
    /// A member of the body with this value is not sent.
    Without {
        /// JSON pointer to the member.
        pointer: &'static str,
        /// The recorded value.
        value: &'static str,
    },
    /// A value that was given as one path segment remains one segment.
    OneSegment {
        /// The path that this SDK sends.
        path: &'static str,
    },
    /// The filter is written differently, with the same meaning.
    FilterText {
        /// The filter that this SDK sends.
        text: &'static str,
    },
    /// The vendor's SDK cannot send the request; these are the documented requests.
    Documented {
        /// The requests as JSON, as in the record.
        requests: &'static str,
    },
}

impl Entry {
    /// Describes an entry whose call is that of the case itself: it takes no other input than the
    /// variables of the path.
    pub const fn of_case(name: &'static str) -> Self {
        Self { name, deviations: &[], call: None }
    }

    /// Describes an entry with its own call.
    pub const fn new(name: &'static str, call: Call) -> Self {
        Self { name, deviations: &[], call: Some(call) }
    }

    /// Sets what turns the recorded requests into those of this SDK, with reasons.
    #[must_use]
    pub const fn deviates(mut self, deviations: &'static [(Change, &'static str)]) -> Self {
        self.deviations = deviations;
        self
    }

    pub(super) fn call(&self) -> Option<Call> {
        self.call
    }
}

impl Change {
    /// A member of the body with this value is not sent.
    pub const fn without(pointer: &'static str, value: &'static str) -> Self {
        Self::Without { pointer, value }
    }
}

/// A reason for deviations.
pub const UNSET: &str = "unset values are not sent";
/// A reason for deviations.
pub const NOT_EMPTIED: &str = "a manual update must not clear a list";
/// A reason for deviations.
pub const NOT_REVOKED: &str = "an unset consent is not a revoked one";
/// A reason for deviations.
pub const POLICY: &str = "without an expiration, the policy applies";

/// What the vendor's SDK sends for consents that are not set.
pub const NO_CONSENTS: &str = r#"{
    "marketingPost": false, "marketingEmail": false, "marketingPhone": false,
    "marketingMobileMessage": false, "marketingPushNotification": false, "marketingOther": false,
    "locationing": false, "profiling": false
}"#;
