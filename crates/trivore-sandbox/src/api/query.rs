//! Query parameters and forms.

use crate::values::api_error::ApiError;

/// Decoded query parameters.
#[derive(Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &[u8]) -> Self {
        Self(form_urlencoded::parse(query).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Parses a non-negative integer.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let invalid = || {
            ApiError::bad_request(format!("Parameter \"{name}\" must be a non-negative integer."))
        };
        text.trim().parse().map(Some).ok().ok_or_else(invalid)
    }

    /// Appends the parameters of another query.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}
