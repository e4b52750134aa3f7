//! Describes a control endpoint.

use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::ApiResult;
use crate::server::shared::Shared;

/// An endpoint under `/sandbox`, which requires no credentials.
pub(crate) struct ControlEndpoint {
    pub(crate) method: HttpMethod,
    pub(crate) path: &'static str,
    /// Query parameters, as the list of control endpoints shows them.
    pub(crate) query: &'static str,
    /// What it does, in the list of control endpoints.
    pub(crate) text: &'static str,
    pub(crate) handler: fn(&Shared, &ApiRequest) -> ApiResult,
}

impl ControlEndpoint {
    pub(crate) const fn new(
        method: HttpMethod,
        path: &'static str,
        handler: fn(&Shared, &ApiRequest) -> ApiResult,
        text: &'static str,
    ) -> Self {
        Self { method, path, query: "", text, handler }
    }

    /// Sets the query parameters to show.
    pub(crate) const fn query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }
}
