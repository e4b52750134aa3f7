//! The front page, the API description, and whether the server runs.

use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse};
use http::header;
use serde_json::{Value, json};

use super::shared::Shared;
use crate::openapi::document::document;
use crate::openapi::page::render;
use crate::values::paths::{API, APIDOC, CONTROL, HEALTH, OPENAPI, READY};

/// Responds with an overview of the paths.
pub(super) async fn front() -> String {
    let rows = [
        (format!("{API}/user"), "users, and other resources of the Management API"),
        (APIDOC.to_owned(), "description of the Management API, as it behaves here"),
        (OPENAPI.to_owned(), "the same as an OpenAPI document"),
        ("/.well-known/openid-configuration".to_owned(), "OpenID Connect"),
        (format!("{CONTROL}/"), "page for people; for programs, the list of control endpoints"),
        (format!("{HEALTH}, {READY}"), "whether the server runs and serves requests"),
    ];
    let rows = rows.map(|(path, text)| format!("{path:<35} {text}\n")).concat();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "Trivore ID sandbox {version}: behaves like the user service of Trivore ID, for tests.

{rows}
The program shows the credentials when it starts on a terminal, and writes them to the file of
--properties. trivore-sandbox --help describes options, faults, rules and what is missing.
"
    )
}

/// Says that the server runs: it accepts connections only once all data is loaded.
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Responds with the OpenAPI document under the rules in force.
pub(super) async fn api_description(State(shared): State<Shared>) -> Json<Value> {
    Json(description(&shared))
}

/// Responds with a page that shows the OpenAPI document.
pub(super) async fn api_page(State(shared): State<Shared>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(render(&description(&shared))))
}

fn description(shared: &Shared) -> Value {
    let (url, rules) = {
        let state = shared.read();
        (state.url.clone(), state.rules.clone())
    };
    document(&url, &rules)
}

/// The page has its style in itself, and nothing else.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                              form-action 'none'; frame-ancestors 'none'";
