//! Dispatches requests to their handlers.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::{HeaderMap, StatusCode, header};

use super::control::ControlEndpoint;
use super::shared::Shared;
use crate::api::authentication::{authenticate, user_signing_in};
use crate::api::authorization::authorize;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Handler, HttpMethod, OpenEndpoint};
use crate::api::request::{ApiRequest, NotHandled};
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// Adds the route of an operation of the API.
pub(super) fn add(router: Router, endpoint: &'static Endpoint, shared: &Shared) -> Router {
    let shared = shared.clone();
    let handler = async move |request: Request| respond(call(endpoint, &shared, request).await);
    router.route(endpoint.path, on(endpoint.method.filter(), handler))
}

/// Adds the route of an endpoint outside the API.
pub(super) fn add_open(router: Router, endpoint: &'static OpenEndpoint, shared: &Shared) -> Router {
    let shared = shared.clone();
    let handler = async move |request: Request| {
        let request = ApiRequest::read(request).await;
        respond(request.map(|request| match endpoint.handler {
            Handler::Read(handler) => {
                let state = shared.read();
                if request.is_before_reset(state.resets) {
                    return not_handled();
                }
                handler(&state, &request)
            }
            Handler::Write(handler) => {
                let mut state = shared.state();
                if request.is_before_reset(state.resets) {
                    return not_handled();
                }
                let response = state.check_data().map(|()| handler(&mut state, &request));
                respond(state.commit().and(response))
            }
        }))
    };
    router.route(endpoint.path, on(endpoint.method.filter(), handler))
}

/// Adds the route of a control endpoint.
pub(super) fn add_control(
    router: Router,
    endpoint: &'static ControlEndpoint,
    shared: &Shared,
) -> Router {
    let shared = shared.clone();
    let handler = async move |request: Request| {
        let request = ApiRequest::read(request).await.and_then(require_json);
        let response = request.and_then(|request| (endpoint.handler)(&shared, &request));
        // A change that was not kept is an error.
        let is_kept = match endpoint.method {
            HttpMethod::Get => Ok(()),
            _ => shared.state().check_data(),
        };
        respond(is_kept.and(response))
    };
    router.route(endpoint.path, on(endpoint.method.filter(), handler))
}

/// Authenticates and authorizes the caller, and runs the operation.
async fn call(
    endpoint: &Endpoint,
    shared: &Shared,
    request: Request,
) -> Result<Response, ApiError> {
    let request = ApiRequest::read(request).await?;
    count_sign_in(shared, &request)?;
    let response = match endpoint.handler {
        Handler::Read(handler) => {
            let state = shared.read();
            if request.is_before_reset(state.resets) {
                return Ok(not_handled());
            }
            handler(&state, &admit(endpoint, &state, request)?)
        }
        Handler::Write(handler) => {
            let mut state = shared.state();
            if request.is_before_reset(state.resets) {
                return Ok(not_handled());
            }
            state.check_data()?;
            let call = admit(endpoint, &state, request)?;
            let response = handler(&mut state, &call);
            state.commit().and(response)
        }
    };
    // The state is not locked while the response is written.
    response.map(IntoResponse::into_response)
}

/// Counts an attempt of a user to sign in with Basic credentials, if anything is counted.
fn count_sign_in(shared: &Shared, request: &ApiRequest) -> Result<(), ApiError> {
    let Some((name, password)) = user_signing_in(&request.headers) else { return Ok(()) };
    let is_counted = {
        let state = shared.read();
        state.rules.basic_user_names
            && !state.api_clients.contains(&name)
            && state.counts_sign_in(&name, &password)
    };
    if is_counted {
        let mut state = shared.change()?;
        if !request.is_before_reset(state.resets) {
            state.sign_in(&name, &password);
            state.commit()?;
        }
    }
    Ok(())
}

/// Authenticates and authorizes the caller.
fn admit(endpoint: &Endpoint, state: &State, request: ApiRequest) -> Result<Call, ApiError> {
    if state.rules.accept_required && !accepts_json(&request.headers) {
        let message = "Header \"Accept\" must include application/json.";
        return Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, message));
    }
    let caller = authenticate(state, &request.headers)?;
    request.note_caller(&caller.id);
    let call = Call { caller, request };
    authorize(endpoint, state, &call)?;
    Ok(call)
}

/// Rejects a body that is not declared as JSON, which a page of any origin could send.
fn require_json(request: ApiRequest) -> Result<ApiRequest, ApiError> {
    let mut types = request.headers.get_all(header::CONTENT_TYPE).iter();
    let essence = types.next().and_then(|given| given.to_str().ok()).unwrap_or_default();
    let essence = essence.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || essence.starts_with("application/") && essence.ends_with("+json");
    if request.body.is_empty() || is_json && types.next().is_none() {
        return Ok(request);
    }
    let message = "The header \"Content-Type\" must be application/json.";
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted.any(|accepted| accepted.contains("application/json"))
}

/// Makes the request start again, with the faults that are active since the reset.
fn not_handled() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(NotHandled);
    response
}

fn respond(result: Result<impl IntoResponse, ApiError>) -> Response {
    match result {
        Ok(response) => response.into_response(),
        Err(error) => error.into_response(),
    }
}
