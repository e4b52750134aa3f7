//! The page for people, and its files.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::control::about;
use crate::values::api_error::ApiError;

/// A file of the page.
struct PageFile {
    name: &'static str,
    content_type: &'static str,
    content: &'static str,
}

macro_rules! files {
    ($content_type:literal: $($name:literal)+) => {
        &[$(PageFile {
            name: $name,
            content_type: $content_type,
            content: include_str!(concat!("../../page/", $name)),
        }),+]
    };
}

/// Responds with the page if a browser asks for HTML, else with the list of control endpoints.
pub(super) async fn overview(headers: HeaderMap) -> Response {
    let mut response = if accepts_html(&headers) {
        let policy =
            [(header::CONTENT_SECURITY_POLICY, POLICY), (header::REFERRER_POLICY, "same-origin")];
        (policy, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response()
    } else {
        about().into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// Responds with the icon.
pub(super) async fn icon() -> Response {
    file(Path(ICON.to_owned())).await
}

/// Responds with a file of the page.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().copied().flatten().find(|file| file.name == name) {
        Some(file) => ([(header::CONTENT_TYPE, file.content_type)], file.content).into_response(),
        None => ApiError::new(StatusCode::NOT_FOUND, "The page has no such file.").into_response(),
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted.any(|accepted| accepted.to_ascii_lowercase().contains("text/html"))
}

const ICON: &str = "icon.svg";
const PAGE: &str = include_str!("../../page/index.html");

/// The page has no inline scripts and styles, is in no frame, and reaches only this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const FILES: &[&[PageFile]] = &[
    files!("text/css; charset=utf-8": "style.css"),
    files!("image/svg+xml": "icon.svg"),
    files!("text/javascript; charset=utf-8":
        "app.js" "api.js" "dom.js" "events.js" "forms.js" "users.js" "user.js" "directory.js" "clients.js"
        "outbox.js" "requests.js" "ledger.js" "faults.js" "rules.js" "clock.js" "contents.js"
    ),
];
