//! Shows the schemas.

use serde_json::Value;

use super::html::Html;
use super::types::show_type;

/// Writes a schema with its properties.
pub(super) fn show_schema(html: &mut Html, name: &str, schema: &Value) {
    html.element("section", &[("id", &format!("schema-{name}"))], |html| {
        html.element("h3", &[], |html| {
            html.text(name);
            show_mark(html, &schema["x-evidence"]);
        });
        if let Some(text) = schema["description"].as_str() {
            html.paragraphs(text);
        }
        match schema["properties"].as_object() {
            Some(properties) => {
                let required: Vec<&str> = schema["required"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let rows = properties.iter().map(|(name, schema)| Row {
                    name,
                    is_required: required.contains(&name.as_str()),
                    schema,
                    text: schema["description"].as_str().unwrap_or_default(),
                    evidence: &schema["x-evidence"],
                });
                show_table(html, "Field", rows);
            }
            None => html.element("p", &[], |html| show_type(html, schema)),
        }
    });
}

/// A parameter or a field.
pub(super) struct Row<'d> {
    pub(super) name: &'d str,
    pub(super) is_required: bool,
    pub(super) schema: &'d Value,
    pub(super) text: &'d str,
    /// Where it is known from, or `null`.
    pub(super) evidence: &'d Value,
}

/// Writes a table of parameters or fields.
pub(super) fn show_table<'d>(html: &mut Html, first: &str, rows: impl Iterator<Item = Row<'d>>) {
    html.element(
        "div",
        &[("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", first)],
        |html| {
            html.element("table", &[], |html| {
                html.element("thead", &[], |html| {
                    html.element("tr", &[], |html| {
                        for title in [first, "Type", "Meaning"] {
                            html.leaf("th", &[("scope", "col")], title);
                        }
                    });
                });
                html.element("tbody", &[], |html| {
                    for row in rows {
                        html.element("tr", &[], |html| {
                            html.element("th", &[("scope", "row")], |html| {
                                html.leaf("code", &[], row.name);
                                if row.is_required {
                                    html.leaf("span", &[("class", "mark required")], "required");
                                }
                            });
                            html.element("td", &[], |html| show_type(html, row.schema));
                            html.element("td", &[], |html| {
                                html.prose(row.text);
                                show_mark(html, row.evidence);
                            });
                        });
                    }
                });
            });
        },
    );
}

/// Writes where a fact is known from, if that is said.
pub(super) fn show_mark(html: &mut Html, evidence: &Value) {
    if let Some(evidence) = evidence.as_str() {
        html.text(" ");
        html.leaf("span", &[("class", &format!("mark {evidence}"))], evidence);
    }
}
