//! Control endpoints that read and replace everything that is stored.

use std::io::Cursor;

use axum::body::Body;

use super::endpoint::ControlEndpoint;
use super::export_body::ExportBody;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::shared::Shared;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/export",
        |shared, _| Ok(ApiResponse::stream(Body::new(ExportBody::new(shared.export())))),
        "everything that is stored, as a seed, with passwords and secrets",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/import",
        import,
        "replace everything that is stored by a seed",
    ),
];

fn import(shared: &Shared, request: &ApiRequest) -> ApiResult {
    shared.import(&mut Cursor::new(&request.body))?;
    Ok(ApiResponse::no_content())
}
