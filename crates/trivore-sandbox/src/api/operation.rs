//! Describes one operation of the Management API, for its OpenAPI document.

use serde_json::Value;

use crate::values::behavior_rules::Rules;

/// What the document says about an operation, beside its route, permission and scope.
pub(crate) struct Operation {
    /// Name that clients generated from the document use, unique among all operations.
    pub(crate) id: &'static str,
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    /// Further text, or nothing.
    pub(crate) notes: &'static str,
    /// Where the path, the method and the status of a success are known from.
    pub(crate) evidence: Evidence,
    pub(crate) safety: Safety,
    /// Whether a rule decides if API clients may call it.
    pub(crate) grants: bool,
    pub(crate) query: &'static [QueryParameter],
    pub(crate) body: Option<RequestBody>,
    pub(crate) status: u16,
    pub(crate) content: SuccessBody,
    /// Errors that not every operation can respond with.
    pub(crate) errors: &'static [ErrorCase],
}

/// Where a fact is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The vendor's documentation or client.
    Documented,
    /// The vendor's tests, or programs in production.
    Observed,
    Inferred,
}

/// What a repetition of a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safety {
    ReadOnly,
    /// The second call changes nothing more.
    Idempotent,
    NotIdempotent,
}

/// Group of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Users,
    Verification,
    Passwords,
    StrongIdentification,
    AccessRights,
    Invitations,
    ExternalPermissions,
    Groups,
    Namespaces,
    Roles,
}

/// A parameter of the query.
pub(crate) struct QueryParameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) evidence: Evidence,
    pub(crate) schema: fn(&Rules) -> Value,
    pub(crate) example: &'static str,
}

/// A JSON body of a request.
#[derive(Clone, Copy)]
pub(crate) struct RequestBody {
    pub(crate) schema: &'static str,
    pub(crate) is_required: bool,
}

/// The body of a success.
#[derive(Clone, Copy)]
pub(crate) enum SuccessBody {
    Nothing,
    /// An object of this schema.
    One(&'static str),
    /// A list of objects of this schema.
    List(&'static str),
    /// A page of objects of this schema.
    Page(&'static str),
}

/// An error that some operations can respond with.
pub(crate) struct ErrorCase {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) evidence: Evidence,
    /// Whether it occurs under these rules.
    pub(crate) occurs: fn(&Rules) -> bool,
}

impl Operation {
    pub(crate) const fn new(
        safety: Safety,
        tag: Tag,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            id,
            tag,
            summary,
            notes: "",
            evidence: Evidence::Documented,
            safety,
            grants: false,
            query: &[],
            body: None,
            status: 200,
            content: SuccessBody::Nothing,
            errors: &[],
        }
    }

    /// Describes an operation that changes nothing.
    pub(crate) const fn read(tag: Tag, id: &'static str, summary: &'static str) -> Self {
        Self::new(Safety::ReadOnly, tag, id, summary)
    }

    pub(crate) const fn notes(mut self, notes: &'static str) -> Self {
        self.notes = notes;
        self
    }

    pub(crate) const fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// Says that it changes what a user may do, which a rule may deny API clients.
    pub(crate) const fn grants(mut self) -> Self {
        self.grants = true;
        self
    }

    pub(crate) const fn query(mut self, query: &'static [QueryParameter]) -> Self {
        self.query = query;
        self
    }

    /// Sets the schema of the body, which is required.
    pub(crate) const fn body(mut self, schema: &'static str) -> Self {
        self.body = Some(RequestBody { schema, is_required: true });
        self
    }

    /// Sets the schema of a body that may be missing.
    pub(crate) const fn optional_body(mut self, schema: &'static str) -> Self {
        self.body = Some(RequestBody { schema, is_required: false });
        self
    }

    /// Sets the status and the body of a success.
    pub(crate) const fn returns(mut self, status: u16, content: SuccessBody) -> Self {
        self.status = status;
        self.content = content;
        self
    }

    pub(crate) const fn errors(mut self, errors: &'static [ErrorCase]) -> Self {
        self.errors = errors;
        self
    }
}

impl ErrorCase {
    /// Describes an error whose status is inferred.
    pub(crate) const fn new(
        status: u16,
        description: &'static str,
        occurs: fn(&Rules) -> bool,
    ) -> Self {
        Self { status, description, evidence: Evidence::Inferred, occurs }
    }

    pub(crate) const fn documented(mut self) -> Self {
        self.evidence = Evidence::Documented;
        self
    }
}

impl Evidence {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
        }
    }

    /// Returns what a flag of the tables of endpoints says.
    pub(crate) fn of_flag(is_documented: bool) -> Self {
        if is_documented { Self::Documented } else { Self::Inferred }
    }
}

impl Safety {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Idempotent => "idempotent",
            Self::NotIdempotent => "not-idempotent",
        }
    }
}

impl Tag {
    pub(crate) const ALL: [Self; 10] = [
        Self::Users,
        Self::Verification,
        Self::Passwords,
        Self::StrongIdentification,
        Self::AccessRights,
        Self::Invitations,
        Self::ExternalPermissions,
        Self::Groups,
        Self::Namespaces,
        Self::Roles,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Verification => "Verification",
            Self::Passwords => "Passwords",
            Self::StrongIdentification => "Strong identification",
            Self::AccessRights => "Permissions and roles of a user",
            Self::Invitations => "Invitations",
            Self::ExternalPermissions => "External permissions",
            Self::Groups => "Groups",
            Self::Namespaces => "Namespaces",
            Self::Roles => "Permissions and roles",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Users => "Accounts and the data that belongs to them.",
            Self::Verification => "Verification of e-mail addresses and mobile numbers.",
            Self::Passwords => "Password changes, and what a password must be.",
            Self::StrongIdentification => "Who the person behind an account is.",
            Self::AccessRights => "What a user may do.",
            Self::Invitations => "Invitations of new users by e-mail.",
            Self::ExternalPermissions => "Permissions that other systems define.",
            Self::Groups => "Groups of users, and of groups.",
            Self::Namespaces => "Namespaces, each with users, groups, roles and policies.",
            Self::Roles => "Permissions, built-in roles and custom roles.",
        }
    }
}
