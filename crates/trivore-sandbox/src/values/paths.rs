//! Where the endpoints are.

/// Path of the Management API.
pub(crate) const API: &str = "/api/rest/v1";

/// Path of the OpenAPI document.
pub(crate) const OPENAPI: &str = "/api/rest/v1/openapi.json";

/// Path of the page that shows the OpenAPI document.
pub(crate) const APIDOC: &str = "/apidoc";

/// Path of the control endpoints.
pub(crate) const CONTROL: &str = "/sandbox";

/// Returns whether a path is one of the sandbox's own, outside what the service has.
///
/// Such requests are neither affected by faults nor recorded.
pub(crate) fn is_control(path: &str) -> bool {
    path == CONTROL
        || path.strip_prefix(CONTROL).is_some_and(|rest| rest.starts_with('/'))
        || [FRONT, FAVICON, HEALTH, READY].contains(&path)
}

/// Path of the icon that browsers request for every page.
pub(crate) const FAVICON: &str = "/favicon.ico";
/// Path of the overview.
pub(crate) const FRONT: &str = "/";
/// Path that says whether the server runs.
pub(crate) const HEALTH: &str = "/health";
/// Path that says whether the server serves requests.
pub(crate) const READY: &str = "/ready";

/// Path to which the sign-in page sends its form.
pub(crate) const SIGN_IN: &str = "/openid/sign-in";
/// Path to which the page that asks whether to sign out sends its form.
pub(crate) const SIGN_OUT: &str = "/openid/sign-out";

/// Returns whether a path is that of a form of the sandbox's own pages, which no other page sends.
pub(crate) fn is_own_form(path: &str) -> bool {
    [SIGN_IN, SIGN_OUT].contains(&path)
}
