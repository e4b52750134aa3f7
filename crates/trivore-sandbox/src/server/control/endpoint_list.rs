//! All control endpoints, and the page that lists them.

use super::endpoint::ControlEndpoint;
use super::{
    clients, contents, events, faults, inspection, objects, removals, settings, snapshots,
};
use crate::values::paths::API;

/// Lists the control endpoints.
pub(crate) fn control_endpoints() -> impl Iterator<Item = &'static ControlEndpoint> {
    [
        inspection::ENDPOINTS,
        events::ENDPOINTS,
        faults::ENDPOINTS,
        settings::ENDPOINTS,
        snapshots::ENDPOINTS,
        contents::ENDPOINTS,
        clients::ENDPOINTS,
        objects::ENDPOINTS,
        removals::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}

/// Returns a text that lists the control endpoints.
pub(in crate::server) fn about() -> String {
    let title = "Trivore ID sandbox: behaves like the user API of Trivore ID, in memory.";
    let rows: Vec<String> = control_endpoints()
        .map(|it| {
            let path = format!("{}{}", it.path, it.query);
            format!("{:<6} {path:<56} {}", it.method.as_str(), it.text)
        })
        .collect();
    let rows = rows.join("\n");
    let note = format!(
        "The API is under {API}. No path under /sandbox requires credentials. A browser gets a page here."
    );
    format!("{title}\n\n{rows}\n\n{note}\n")
}
