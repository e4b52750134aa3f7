//! The server's URL in objects that come from another run.

use serde_json::Value;

use super::outbox::Message;
use crate::values::document::Document;
use crate::values::paths::API;

/// Replaces the server in `meta.location`.
pub(crate) fn relocate(document: &mut Document, url: &str) {
    let meta = document.get_mut("meta").and_then(Value::as_object_mut);
    let Some(Value::String(location)) = meta.and_then(|meta| meta.get_mut("location")) else {
        return;
    };
    let path = location.find(API).and_then(|start| location.get(start..));
    if let Some(path) = path {
        *location = format!("{url}{path}");
    }
}

/// Replaces the server in the link of a message.
pub(crate) fn relocate_message(message: &mut Message, url: &str) {
    let Some(link) = message.link.take() else { return };
    let host = link.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let path = link.get(host..).and_then(|rest| rest.get(rest.find('/')?..)).unwrap_or_default();
    let new = format!("{url}{path}");
    message.text = message.text.replace(&link, &new);
    message.link = Some(new);
}

/// Removes the server from `meta.location`.
pub(crate) fn path_only(document: &mut Document) {
    relocate(document, "");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_server_changes() {
        let mut document = json!({"meta": {"location": "http://a:1/api/rest/v1/user/x"}});
        relocate(document.as_object_mut().unwrap(), "http://b:2");
        assert_eq!(document["meta"]["location"], "http://b:2/api/rest/v1/user/x");
        for kept in [json!({}), json!({"meta": 1}), json!({"meta": {"location": "elsewhere"}})] {
            let mut document = kept.clone();
            relocate(document.as_object_mut().unwrap(), "http://b:2");
            assert_eq!(document, kept);
        }
    }
}
