//! The control endpoint that follows the received requests.

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::events::Events;
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[ControlEndpoint::new(
    HttpMethod::Get,
    "/sandbox/events",
    events,
    "received requests as server-sent events, without headers and bodies",
)
.query("?after=N")];

fn events(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let after = match last_event(request)? {
        Some(number) => Some(number),
        None => {
            request.query.number("after")?.map(|after| u64::try_from(after).unwrap_or(u64::MAX))
        }
    };
    Ok(ApiResponse::events(Events::new(shared, after).into_body()))
}

/// Returns the number of the request up to which the client has followed the requests before.
fn last_event(request: &ApiRequest) -> Result<Option<u64>, ApiError> {
    let Some(given) = request.headers.get("last-event-id") else { return Ok(None) };
    let number = given.to_str().ok().and_then(|text| text.parse().ok());
    let message = "Header \"Last-Event-ID\" must be the number of a request.";
    number.map(Some).ok_or_else(|| ApiError::bad_request(message))
}
