//! Responses to a browser: redirects to clients, and pages.

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use ring::digest::{SHA256, digest};

use super::authorization_request::ResponseTarget;
use super::html::STYLE;
use crate::store::browser_sign_in::ResponseMode;

/// Redirects a browser to a client, with parameters; those without a value are left out.
pub(super) fn return_to(target: &ResponseTarget, parameters: &[(&str, Option<&str>)]) -> Response {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            form.append_pair(name, value);
        }
    }
    let (uri, form) = (&target.redirect_uri, form.finish());
    let separator = match uri {
        _ if form.is_empty() => "",
        _ if target.mode == ResponseMode::Fragment => "#",
        uri if uri.ends_with(['?', '&']) => "",
        uri if uri.contains('?') => "&",
        _ => "?",
    };
    redirect(&format!("{uri}{separator}{form}"))
}

/// Redirects with 303, so that the browser sends a GET.
fn redirect(uri: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(uri) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Shows a page, whose form may lead to `leads_to`, a redirect URI, and from there to other sites.
pub(super) fn page(status: StatusCode, html: String, leads_to: Option<&str>) -> Response {
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    let targets = leads_to.map(csp_sources).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'{targets}; \
         base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Without a referrer, browsers would send no origin with the form.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Returns what a policy must allow, because some browsers check all redirects after a form too: that
/// to the client, and those by which the client goes on.
fn csp_sources(uri: &str) -> String {
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    match uri.split_once(':') {
        Some((scheme, _)) if scheme.bytes().all(is_scheme_byte) => {
            format!(" http: https: {scheme}:")
        }
        _ => String::new(),
    }
}

static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(digest(&SHA256, STYLE.as_bytes())));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_schemes_only() {
        for (uri, expected) in [
            ("http://localhost:3000/a?b", " http: https: http:"),
            ("com.example.app:/callback", " http: https: com.example.app:"),
            ("a;script-src b:/callback", ""),
            ("relative", ""),
        ] {
            assert_eq!(csp_sources(uri), expected, "{uri}");
        }
    }

    #[test]
    fn parameters_are_added_to_a_query_or_a_fragment() {
        let location = |uri: &str, mode| {
            let target = ResponseTarget { redirect_uri: uri.to_owned(), state: None, mode };
            let response = return_to(&target, &[("a", Some("b &#=c")), ("n", None)]);
            response.headers()["location"].to_str().unwrap().to_owned()
        };
        assert_eq!(location("http://a/", ResponseMode::Query), "http://a/?a=b+%26%23%3Dc");
        assert_eq!(location("http://a/?x=1", ResponseMode::Query), "http://a/?x=1&a=b+%26%23%3Dc");
        assert_eq!(
            location("http://a/?x=1", ResponseMode::Fragment),
            "http://a/?x=1#a=b+%26%23%3Dc"
        );
    }
}
