//! Shows the operations.

use serde_json::Value;

use super::html::Html;
use super::schemas::{Row, show_mark, show_table};
use super::types::show_type;

/// An operation with its route.
#[derive(Clone, Copy)]
pub(super) struct ShownOperation<'d> {
    pub(super) method: &'d str,
    pub(super) path: &'d str,
    pub(super) operation: &'d Value,
}

impl<'d> ShownOperation<'d> {
    /// Lists all operations of a document.
    pub(super) fn all(document: &'d Value) -> Vec<Self> {
        let paths = document["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(|(method, operation)| Self { method, path, operation })
        });
        operations.collect()
    }

    pub(super) fn id(&self) -> &'d str {
        self.operation["operationId"].as_str().unwrap_or_default()
    }

    pub(super) fn summary(&self) -> &'d str {
        self.operation["summary"].as_str().unwrap_or_default()
    }

    pub(super) fn has_tag(&self, tag: &Value) -> bool {
        self.operation["tags"].as_array().is_some_and(|tags| tags.contains(tag))
    }

    pub(super) fn show_route(&self, html: &mut Html) {
        let method = self.method.to_ascii_uppercase();
        html.leaf("span", &[("class", "method")], &method);
        html.leaf("code", &[], self.path);
    }

    /// Writes the operation, folded; a link to it unfolds it.
    pub(super) fn show(&self, html: &mut Html, document: &Value) {
        let operation = self.operation;
        html.element("details", &[], |html| {
            html.element("summary", &[], |html| {
                self.show_route(html);
                html.text(" ");
                html.leaf("span", &[], self.summary());
            });
            html.element("div", &[("id", self.id())], |html| {
                html.element("p", &[], |html| {
                    html.text("Operation ");
                    html.leaf("code", &[], self.id());
                    html.text(", ");
                    html.text(operation["x-safety"].as_str().unwrap_or_default());
                    show_mark(html, &operation["x-evidence"]);
                });
                if let Some(text) = operation["description"].as_str() {
                    html.paragraphs(text);
                }
                self.show_access(html);
                self.show_parameters(html);
                if let Some(body) = operation.get("requestBody") {
                    let is_required = body["required"] == true;
                    let title = if is_required { "Request body" } else { "Request body, optional" };
                    html.leaf("h4", &[], title);
                    show_content(html, body, "Example of the request");
                }
                self.show_responses(html, document);
            });
        });
    }

    fn show_access(&self, html: &mut Html) {
        let operation = self.operation;
        html.element("ul", &[], |html| {
            if operation["x-callers"].as_array().is_some_and(|callers| callers.len() == 1) {
                html.leaf("li", &[], "Only for users, not for API clients");
            }
            let permission = &operation["x-permission"];
            html.element("li", &[], |html| match permission["id"].as_str() {
                None => html.text("No permission is required"),
                Some(id) => {
                    html.text("Permission ");
                    html.leaf("code", &[], id);
                    show_mark(html, &permission["evidence"]);
                    if permission["ownUserNeedsIt"] == false {
                        html.text(" or the user itself");
                    }
                }
            });
            let scope = &operation["x-scope"];
            if let Some(name) = scope["name"].as_str() {
                html.element("li", &[], |html| {
                    html.text("Scope ");
                    html.leaf("code", &[], name);
                    show_mark(html, &scope["evidence"]);
                    if scope["enforced"] == false {
                        html.text(" (not enforced)");
                    }
                });
            }
        });
    }

    fn show_parameters(&self, html: &mut Html) {
        let Some(parameters) = self.operation["parameters"].as_array() else { return };
        html.leaf("h4", &[], "Parameters");
        let rows = parameters.iter().map(|parameter| Row {
            name: parameter["name"].as_str().unwrap_or_default(),
            is_required: parameter["required"] == true,
            schema: &parameter["schema"],
            text: parameter["description"].as_str().unwrap_or_default(),
            evidence: &parameter["x-evidence"],
        });
        show_table(html, "Parameter", rows);
    }

    fn show_responses(&self, html: &mut Html, document: &Value) {
        html.leaf("h4", &[], "Responses");
        html.element("dl", &[], |html| {
            for (status, response) in self.operation["responses"].as_object().into_iter().flatten()
            {
                let response = match response["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
                    Some(target) => document.pointer(target).unwrap_or(response),
                    None => response,
                };
                html.leaf("dt", &[], status);
                html.element("dd", &[], |html| {
                    html.prose(response["description"].as_str().unwrap_or_default());
                    show_mark(html, &response["x-evidence"]);
                    if status.starts_with('2') {
                        show_content(html, response, "Example of the response");
                    }
                });
            }
        });
    }
}

fn show_content(html: &mut Html, body: &Value, label: &str) {
    let Some(media) = body["content"].get("application/json") else { return };
    html.element("p", &[], |html| show_type(html, &media["schema"]));
    if let Some(example) = media.get("example") {
        html.json(label, example);
    }
}
