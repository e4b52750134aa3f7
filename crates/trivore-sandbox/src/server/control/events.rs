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
    let after = match request.headers.get("last-event-id") {
        Some(given) => {
            let number = given.to_str().ok().and_then(|text| text.parse().ok());
            Some(number.ok_or_else(|| {
                ApiError::bad_request("Header \"Last-Event-ID\" must be the number of a request.")
            })?)
        }
        None => {
            let after = request.query.number("after")?;
            after.map(|after| u64::try_from(after).unwrap_or(u64::MAX))
        }
    };
    let waiting = request.connection.as_ref().and_then(|connection| connection.receive());
    Ok(ApiResponse::events(Events::new(shared, after, waiting).into_body()))
}
