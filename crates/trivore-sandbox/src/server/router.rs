//! Assembles the router.

use axum::routing::get;
use axum::{Router, middleware};
use http::StatusCode;

use super::admission::{admit, report};
use super::control::control_endpoints;
use super::dispatch::{add, add_control, add_open};
use super::endpoint_list::OPEN_ENDPOINTS;
use super::middleware::observe;
use super::missing::missing_operations;
use super::page_files::{file, icon, overview};
use super::pages::{api_description, api_page, front, health};
use super::shared::Shared;
use crate::resources::endpoints::api_endpoints;
use crate::values::api_error::ApiError;
use crate::values::paths::{API, APIDOC, CONTROL, FAVICON, FRONT, HEALTH, OPENAPI, READY};

/// Creates the router with a shared state.
pub(crate) fn router(shared: &Shared) -> Router {
    let api = api_endpoints().fold(Router::new(), |router, it| add(router, it, shared));
    let mut router = Router::new().nest(API, api);
    for endpoint in OPEN_ENDPOINTS.iter().copied().flatten() {
        router = add_open(router, endpoint, shared);
    }
    for endpoint in control_endpoints() {
        router = add_control(router, endpoint, shared);
    }
    for operation in missing_operations() {
        router = router.route(&operation.full_path(), operation.route());
    }
    router
        .route(OPENAPI, get(api_description).with_state(shared.clone()))
        .route(APIDOC, get(api_page).with_state(shared.clone()))
        .route(FRONT, get(front))
        .route(FAVICON, get(icon))
        .route(HEALTH, get(health))
        .route(READY, get(health))
        .route(CONTROL, get(overview))
        .route(&format!("{CONTROL}/"), get(overview))
        .route(&format!("{CONTROL}/page/{{file}}"), get(file))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(shared.clone(), observe))
        .layer(middleware::from_fn_with_state(shared.clone(), admit))
        .layer(middleware::from_fn_with_state(shared.clone(), report))
}

async fn unknown_path() -> ApiError {
    ApiError::not_found("Path")
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This path does not support the method.")
}
