//! Describes the endpoints: their routes, who may call them, and their handlers.

use axum::response::Response;
use axum::routing::MethodFilter;

use super::call::Call;
use super::operation::Operation;
use super::request::ApiRequest;
use super::response::ApiResult;
use crate::store::state::State;

/// An operation of the Management API.
///
/// Each resource lists its operations. The router, the permission checks, the routes of faults,
/// `/sandbox/endpoints`, the OpenAPI document and the tests of the ledger all use these lists.
#[derive(Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) method: HttpMethod,
    pub(crate) path: &'static str,
    /// What the OpenAPI document says about it.
    pub(crate) operation: &'static Operation,
    pub(crate) permission: Option<RequiredPermission>,
    pub(crate) self_needs_permission: bool,
    pub(crate) only_users: bool,
    pub(crate) scope: Option<&'static str>,
    pub(crate) change: Option<RecordedChange>,
    pub(crate) handler: Handler<Call, ApiResult>,
}

/// A handler that only reads the state, or one that may change it.
pub(crate) enum Handler<Q, R> {
    Read(fn(&State, &Q) -> R),
    Write(fn(&mut State, &Q) -> R),
}

impl<Q, R> Clone for Handler<Q, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, R> Copy for Handler<Q, R> {}

impl Endpoint {
    /// Describes an operation that only reads, which can run beside others of its kind.
    pub(crate) const fn get(
        path: &'static str,
        operation: &'static Operation,
        handler: fn(&State, &Call) -> ApiResult,
    ) -> Self {
        Self::with(HttpMethod::Get, path, operation, Handler::Read(handler))
    }

    pub(crate) const fn new(
        method: HttpMethod,
        path: &'static str,
        operation: &'static Operation,
        handler: fn(&mut State, &Call) -> ApiResult,
    ) -> Self {
        Self::with(method, path, operation, Handler::Write(handler))
    }

    const fn with(
        method: HttpMethod,
        path: &'static str,
        operation: &'static Operation,
        handler: Handler<Call, ApiResult>,
    ) -> Self {
        Self {
            method,
            path,
            operation,
            permission: None,
            self_needs_permission: false,
            only_users: false,
            scope: None,
            change: None,
            handler,
        }
    }

    /// Sets the permission, which is documented for this operation.
    pub(crate) const fn documented(mut self, id: &'static str) -> Self {
        self.permission = Some(RequiredPermission { id, is_documented: true });
        self
    }

    /// Sets the permission, which is inferred from the names of others.
    pub(crate) const fn inferred(mut self, id: &'static str) -> Self {
        self.permission = Some(RequiredPermission { id, is_documented: false });
        self
    }

    /// Sets the scope that a token requires if scopes are enforced.
    pub(crate) const fn scope(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets what a successful call adds to the ledger.
    ///
    /// Calls that change more than one object add an entry for each.
    pub(crate) const fn records(mut self, kind: &'static str, operation: &'static str) -> Self {
        self.change = Some(RecordedChange { kind, operation });
        self
    }

    /// Requires the permission even if users call the operation for themselves.
    pub(crate) const fn self_needs_permission(mut self) -> Self {
        self.self_needs_permission = true;
        self
    }

    /// Rejects API clients.
    pub(crate) const fn only_users(mut self) -> Self {
        self.only_users = true;
        self
    }
}

/// An endpoint outside the Management API, which checks credentials itself, if it requires any.
#[derive(Clone, Copy)]
pub(crate) struct OpenEndpoint {
    pub(crate) method: HttpMethod,
    pub(crate) path: &'static str,
    pub(crate) handler: Handler<ApiRequest, Response>,
}

impl OpenEndpoint {
    pub(crate) const fn read(
        method: HttpMethod,
        path: &'static str,
        handler: fn(&State, &ApiRequest) -> Response,
    ) -> Self {
        Self { method, path, handler: Handler::Read(handler) }
    }

    pub(crate) const fn new(
        method: HttpMethod,
        path: &'static str,
        handler: fn(&mut State, &ApiRequest) -> Response,
    ) -> Self {
        Self { method, path, handler: Handler::Write(handler) }
    }
}

/// A permission, and whether it is documented for the operation.
#[derive(Clone, Copy)]
pub(crate) struct RequiredPermission {
    pub(crate) id: &'static str,
    pub(crate) is_documented: bool,
}

/// What a call adds to the ledger.
#[derive(Clone, Copy)]
pub(crate) struct RecordedChange {
    /// Kind of object.
    pub(crate) kind: &'static str,
    pub(crate) operation: &'static str,
}

/// HTTP method of an operation.
#[derive(Clone, Copy)]
pub(crate) enum HttpMethod {
    Delete,
    Get,
    Post,
    Put,
}

impl HttpMethod {
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
