//! Dispatches a request to its operation: reads, authenticates, authorizes, runs.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, on};
use axum::{RequestExt, Router, body};
use http::{HeaderMap, StatusCode, header};

use crate::access::caller::Who;
use crate::api::authentication;
use crate::api::call::{Call, Query};
use crate::api::endpoint::{Endpoint, Own};
use crate::store::state::{Shared, State};
use crate::values::api_error::ApiError;

/// Creates the routes of the operations of a resource.
pub(crate) fn router(endpoints: &'static [Endpoint], shared: &Shared) -> Router {
    endpoints.iter().fold(Router::new(), |router, endpoint| {
        router.route(endpoint.path, route(endpoint, shared.clone()))
    })
}

fn route(endpoint: &'static Endpoint, shared: Shared) -> MethodRouter {
    on(endpoint.verb.filter(), async move |request: Request| -> Response {
        match serve(endpoint, &shared, request).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        }
    })
}

async fn serve(
    endpoint: &Endpoint,
    shared: &Shared,
    mut request: Request,
) -> Result<Response, ApiError> {
    let parameters = match request.extract_parts::<RawPathParams>().await {
        Ok(found) => found.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        Err(RawPathParamsRejection::MissingPathParams(_)) => Vec::new(),
        Err(_) => return Err(ApiError::bad_request("The path is not UTF-8.")),
    };
    let (head, body) = request.into_parts();
    let body = body::to_bytes(body, usize::MAX).await.map_err(|error| {
        ApiError::bad_request(format!("Request body could not be read: {error}."))
    })?;
    let query = Query::parse(head.uri.query().unwrap_or_default().as_bytes());

    let mut state = shared.lock();
    if state.rules.accept_required && !accepts_json(&head.headers) {
        let message = "Header \"Accept\" must include application/json.";
        return Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, message));
    }
    let caller = authentication::authenticate(&state, &head.headers)?;
    let call = Call { caller, parameters, query, body };
    authorize(endpoint, &state, &call)?;
    (endpoint.handler)(&mut state, &call).map(IntoResponse::into_response)
}

/// Checks the kind of caller, the scope, the permission and the namespace, in this order.
fn authorize(endpoint: &Endpoint, state: &State, call: &Call) -> Result<(), ApiError> {
    let caller = &call.caller;
    if endpoint.only_users && !caller.is_user() {
        return Err(ApiError::forbidden("This operation is for users, not for API clients."));
    }
    if state.rules.scopes_enforced
        && let (Some(needed), Some(scopes)) = (endpoint.scope, &caller.scopes)
        && !has_scope(scopes, needed)
    {
        return Err(ApiError::forbidden(format!("Token does not have required scope {needed}.")));
    }
    let is_own = matches!(&caller.who, Who::User(id) if id == call.user_id());
    let own_is_enough = endpoint.own == Own::Allowed || state.rules.self_may_grant;
    if let Some(permission) = endpoint.permission
        && !(is_own && own_is_enough)
    {
        caller.require(permission.id)?;
    }
    if !is_own && let Ok(account) = state.account(call.user_id()) {
        caller.require_namespace(&state.rules, account.namespace_code(), "User")?;
    }
    Ok(())
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted.any(|accepted| accepted.contains("application/json"))
}

/// Returns whether the scopes include the required one; a scope includes its `.readonly` form.
fn has_scope(scopes: &[String], needed: &str) -> bool {
    let writing = needed.strip_suffix(".readonly").unwrap_or(needed);
    scopes.iter().any(|scope| {
        let short = scope.strip_prefix("https://oneportal.trivore.com/scope/").unwrap_or(scope);
        short == needed || short == writing
    })
}
