//! Shows a whole document.

use serde_json::Value;

use super::html::Html;
use super::operations::ShownOperation;
use super::schemas::show_schema;

/// Returns a page that shows an OpenAPI document, and that needs no other file and no script.
pub(crate) fn render(document: &Value) -> String {
    let title = document["info"]["title"].as_str().unwrap_or_default();
    let operations = ShownOperation::all(document);
    let mut html = Html::default();
    html.markup("<!DOCTYPE html>\n");
    html.element("html", &[("lang", "en")], |html| {
        html.element("head", &[], |html| {
            html.markup("<meta charset=\"utf-8\">\n");
            html.markup("<meta name=\"viewport\" content=\"width=device-width\">\n");
            html.leaf("title", &[], title);
            html.element("style", &[], |html| html.markup(STYLE));
        });
        html.element("body", &[], |html| {
            html.leaf(
                "a",
                &[("class", "skip"), ("href", "#content")],
                "Skip the list of operations",
            );
            show_list(html, document, &operations);
            html.element("main", &[("id", "content")], |html| {
                show_head(html, document, title);
                show_operations(html, document, &operations);
                html.leaf("h2", &[("id", "schemas")], "Schemas");
                let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
                for (name, schema) in schemas {
                    show_schema(html, name, schema);
                }
                show_rules(html, document);
            });
        });
    });
    html.finish()
}

/// Writes the list of operations, with links.
fn show_list(html: &mut Html, document: &Value, operations: &[ShownOperation<'_>]) {
    html.element("nav", &[("aria-label", "Operations")], |html| {
        for tag in document["tags"].as_array().into_iter().flatten() {
            html.leaf("h2", &[], tag["name"].as_str().unwrap_or_default());
            html.element("ul", &[], |html| {
                for operation in operations.iter().filter(|it| it.has_tag(&tag["name"])) {
                    html.element("li", &[], |html| {
                        let target = format!("#{}", operation.id());
                        html.leaf("a", &[("href", &target)], operation.summary());
                    });
                }
            });
        }
        html.element("ul", &[], |html| {
            for (target, text) in [("#schemas", "Schemas"), ("#rules", "Rules in force")] {
                html.element("li", &[], |html| html.leaf("a", &[("href", target)], text));
            }
        });
    });
}

fn show_head(html: &mut Html, document: &Value, title: &str) {
    html.leaf("h1", &[], title);
    html.paragraphs(document["info"]["description"].as_str().unwrap_or_default());
    for server in document["servers"].as_array().into_iter().flatten() {
        let url = server["url"].as_str().unwrap_or_default();
        html.element("p", &[], |html| {
            html.text("Paths are below ");
            html.leaf("code", &[], url);
            html.text(". The same as JSON: ");
            // Relative, so that it leads to the host by which the page was found.
            html.leaf("a", &[("href", "api/rest/v1/openapi.json")], "openapi.json");
            html.text(" (OpenAPI 3.1).");
        });
    }
    html.leaf("h2", &[], "Authentication");
    html.element("dl", &[], |html| {
        let schemes = document["components"]["securitySchemes"].as_object().into_iter().flatten();
        for (name, scheme) in schemes {
            html.leaf("dt", &[], name);
            html.element("dd", &[], |html| {
                html.prose(scheme["description"].as_str().unwrap_or_default());
                for (flow, settings) in scheme["flows"].as_object().into_iter().flatten() {
                    html.text(" Flow ");
                    html.leaf("code", &[], flow);
                    html.text(" at ");
                    html.leaf("code", &[], settings["tokenUrl"].as_str().unwrap_or_default());
                    html.text(".");
                }
            });
        }
    });
}

fn show_operations(html: &mut Html, document: &Value, operations: &[ShownOperation<'_>]) {
    for tag in document["tags"].as_array().into_iter().flatten() {
        html.leaf("h2", &[], tag["name"].as_str().unwrap_or_default());
        html.paragraphs(tag["description"].as_str().unwrap_or_default());
        for operation in operations.iter().filter(|it| it.has_tag(&tag["name"])) {
            operation.show(html, document);
        }
    }
}

fn show_rules(html: &mut Html, document: &Value) {
    html.leaf("h2", &[("id", "rules")], "Rules in force");
    html.element("dl", &[], |html| {
        for rule in document["x-rules"].as_array().into_iter().flatten() {
            html.element("dt", &[], |html| {
                html.leaf("code", &[], rule["name"].as_str().unwrap_or_default());
                html.text(if rule["on"] == true { " is on" } else { " is off" });
            });
            html.element("dd", &[], |html| {
                html.prose(rule["description"].as_str().unwrap_or_default());
            });
        }
    });
}

const STYLE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Rules;
    use crate::openapi::document::document;

    #[test]
    fn the_page_shows_every_operation_schema_and_rule() {
        let document = document("http://sandbox", &Rules::default());
        let page = render(&document);

        for operation in ShownOperation::all(&document) {
            let id = operation.id();
            assert!(page.contains(&format!("<div id=\"{id}\">")), "{id}");
            assert!(page.contains(&format!("<a href=\"#{id}\">")), "{id}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(page.contains(&format!("<section id=\"schema-{name}\">")), "{name}");
        }
        for rule in Rules::default().list() {
            assert!(page.contains(&format!("<code>{}</code>", rule.name)), "{}", rule.name);
        }
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        let page = render(&document("http://sandbox", &Rules::default()));

        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }

    /// Replaces all texts of a document by markup.
    fn with_markup(value: &mut Value) {
        match value {
            Value::String(text) if !text.starts_with('#') => {
                text.insert_str(0, "<script>\"'`**");
            }
            Value::Array(items) => items.iter_mut().for_each(with_markup),
            Value::Object(members) => {
                let old = std::mem::take(members);
                for (mut name, mut value) in old {
                    with_markup(&mut value);
                    if value.get("type").is_some() {
                        name.push_str("<script>\"'");
                    }
                    members.insert(name, value);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn markup_in_the_document_is_shown_as_text() {
        let mut document = document("http://sandbox", &Rules::default());
        with_markup(&mut document);

        let page = render(&document);

        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        assert!(render(&json!(null)).contains("</html>"));
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let page = render(&document("http://sandbox", &Rules::default()));

        for forbidden in ["src=", "<link", "<script", "@import", "url("] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        // Elements that are opened are closed.
        for name in ["details", "table", "section", "ul", "dl", "pre", "div"] {
            let opened = page.matches(&format!("<{name}>")).count()
                + page.matches(&format!("<{name} ")).count();
            assert_eq!(opened, page.matches(&format!("</{name}>")).count(), "{name}");
        }
    }
}
