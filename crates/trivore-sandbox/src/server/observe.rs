//! Assembles the service: routes, request log, request identifiers.

use axum::Router;
use axum::body::{self, Body};
use axum::extract::{ConnectInfo, Request, State as Shares};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{control, dispatch};
use crate::api::endpoint::Endpoint;
use crate::connection::Connection;
use crate::faults::{Site, Strike};
use crate::server::request_log::{RecordedRequest, Recording};
use crate::store::state::Shared;
use crate::values::api_error::ApiError;
use crate::values::ids;
use crate::values::paths::API;
use crate::{groups, namespaces, oidc, roles, users};

/// Creates the router with a shared state.
pub(crate) fn router(shared: &Shared) -> Router {
    let api = RESOURCES
        .iter()
        .fold(Router::new(), |router, endpoints| router.merge(dispatch::router(endpoints, shared)));
    Router::new()
        .nest(API, api)
        .merge(oidc::router(shared))
        .merge(users::link_router(shared))
        .merge(control::state::router(shared))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(shared.clone(), observe))
}

/// Lists all operations of the API.
pub(crate) fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    RESOURCES.iter().flat_map(|endpoints| endpoints.iter())
}

/// Sets the request identifier, applies a fault, and records the request with its status.
///
/// This is the outermost middleware. Requests under `/sandbox` are neither affected by faults nor
/// recorded.
async fn observe(Shares(shared): Shares<Shared>, mut request: Request, next: Next) -> Response {
    let connection = request.extensions_mut().remove::<ConnectInfo<Connection>>();
    let site = Site::new(connection.map(|ConnectInfo(connection)| connection), shared.stopped());
    let (mut head, body) = request.into_parts();
    let request_id = head.headers.get(REQUEST_ID).cloned().unwrap_or_else(new_request_id);
    let is_observer = head.uri.path().starts_with("/sandbox");
    let mut strike = if is_observer {
        Strike::none(HeaderMap::new())
    } else {
        shared.lock().strike(&head.method, head.uri.path())
    };
    let fault = strike.fault_id();
    let recorded = (!is_observer).then(|| RecordedRequest::new(&head, &request_id, fault));
    head.headers.insert(REQUEST_ID, request_id.clone());

    if let Some(end) = strike.end_before_reading() {
        if let Some(recorded) = recorded {
            shared.lock().requests.push(recorded);
        }
        strike.count();
        return site.end(end).await;
    }
    let (body, request) = match body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => (body.clone(), Ok(Request::from_parts(head, Body::from(body)))),
        Err(_) => (Bytes::new(), Err(too_large())),
    };
    let recording =
        recorded.map(|recorded| Recording::new(shared, RecordedRequest { body, ..recorded }));
    let call = async {
        match request {
            Ok(request) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    };
    let mut response = strike.run(call, &site).await;
    if let Some(response) = &mut response {
        response.headers_mut().entry(REQUEST_ID).or_insert(request_id);
    }
    if let Some(recording) = recording {
        recording.finish(response.as_ref().map(Response::status));
    }
    strike.count();
    strike.deliver(response, site).await
}

async fn unknown_path() -> ApiError {
    ApiError::not_found("Path")
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This path does not support the method.")
}

fn too_large() -> ApiError {
    let message = "Request body could not be read, or is longer than 10 MiB.";
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn new_request_id() -> HeaderValue {
    let token = ids::token().unwrap_or_default();
    HeaderValue::from_str(&token).unwrap_or(HeaderValue::from_static(""))
}

const REQUEST_ID: &str = "x-request-id";
const MAX_BODY_BYTES: usize = 10 << 20;

/// Operations by resource.
const RESOURCES: &[&[Endpoint]] = &[
    users::ACCOUNTS,
    users::LEGAL,
    users::VERIFICATION,
    users::INVITE,
    users::ENTERPRISE,
    users::CUSTOM_FIELDS,
    users::PASSWORD,
    users::STRONG_IDENTIFICATION,
    users::PERMISSIONS,
    users::ROLES,
    users::NAMESPACE_MIGRATION,
    users::STUDENT,
    users::PROFILE,
    users::GROUP_MEMBERSHIP,
    users::EXTERNAL_PERMISSIONS,
    namespaces::ENDPOINTS,
    groups::ENDPOINTS,
    roles::ENDPOINTS,
];
