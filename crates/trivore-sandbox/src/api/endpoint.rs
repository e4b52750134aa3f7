//! Describes an operation: its route, who may call it, and its handler.

use axum::routing::MethodFilter;

use crate::api::call::Call;
use crate::api::response::ApiResult;
use crate::store::state::State;

/// An operation of the Management API.
///
/// Each resource lists its operations. Together they form the permission table.
#[derive(Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) verb: Verb,
    pub(crate) path: &'static str,
    pub(crate) permission: Option<Permission>,
    pub(crate) own: Own,
    pub(crate) only_users: bool,
    pub(crate) scope: Option<&'static str>,
    pub(crate) handler: fn(&mut State, &Call) -> ApiResult,
}

impl Endpoint {
    pub(crate) const fn new(
        verb: Verb,
        path: &'static str,
        handler: fn(&mut State, &Call) -> ApiResult,
    ) -> Self {
        Self {
            verb,
            path,
            permission: None,
            own: Own::Allowed,
            only_users: false,
            scope: None,
            handler,
        }
    }

    /// Sets the permission, which is documented for this operation.
    pub(crate) const fn documented(mut self, id: &'static str) -> Self {
        self.permission = Some(Permission { id, is_documented: true });
        self
    }

    /// Sets the permission, which is inferred from the names of others.
    pub(crate) const fn inferred(mut self, id: &'static str) -> Self {
        self.permission = Some(Permission { id, is_documented: false });
        self
    }

    /// Sets the scope that a token requires if scopes are enforced.
    pub(crate) const fn scope(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Requires the permission even if users call the operation for themselves.
    pub(crate) const fn not_own(mut self) -> Self {
        self.own = Own::Refused;
        self
    }

    /// Rejects API clients.
    pub(crate) const fn only_users(mut self) -> Self {
        self.only_users = true;
        self
    }
}

/// A permission, and whether it is documented for the operation.
#[derive(Clone, Copy)]
pub(crate) struct Permission {
    pub(crate) id: &'static str,
    pub(crate) is_documented: bool,
}

/// Whether users may call an operation for themselves without the permission.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Allowed,
    Refused,
}

/// HTTP method of an operation.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    Delete,
    Get,
    Post,
    Put,
}

impl Verb {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    pub(crate) fn filter(self) -> MethodFilter {
        match self {
            Self::Delete => MethodFilter::DELETE,
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
        }
    }
}
