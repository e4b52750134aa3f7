//! The front page, and whether the server runs.

use axum::Json;
use serde_json::{Value, json};

use crate::values::paths::{API, CONTROL, HEALTH, READY};

/// Responds with an overview of the paths.
pub(super) async fn front() -> String {
    let rows = [
        (format!("{API}/user"), "users, and other resources of the Management API"),
        ("/.well-known/openid-configuration".to_owned(), "OpenID Connect"),
        (format!("{CONTROL}/"), "list of the control endpoints, for tests"),
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
