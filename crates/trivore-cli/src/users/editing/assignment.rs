//! An argument that sets a field: `FIELD=TEXT` or `FIELD:=JSON`.

use std::str::FromStr;

use serde_json::Value;

/// The path of a field with dots, and its new value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) path: String,
    pub(crate) value: Value,
}

impl FromStr for Assignment {
    type Err = String;

    /// Takes the value as text, or after `:=` as JSON.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((path, value)) = text.split_once('=') else {
            return Err("expected FIELD=TEXT or FIELD:=JSON".to_owned());
        };
        let (path, value) = match path.strip_suffix(':') {
            Some(path) => {
                let json = serde_json::from_str(value)
                    .map_err(|error| format!("the value after := is no JSON: {error}"))?;
                (path, json)
            }
            None => (path, Value::String(value.to_owned())),
        };
        if path.is_empty() || path.split('.').any(str::is_empty) {
            return Err("the name of the field is empty or has an empty part".to_owned());
        }
        Ok(Self { path: path.to_owned(), value })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Assignment;

    #[test]
    fn values_are_text_unless_they_are_marked_as_json() {
        let assigned = |path: &str, value: Value| Ok(Assignment { path: path.to_owned(), value });
        for (text, expected) in [
            ("locale=fi", assigned("locale", json!("fi"))),
            ("locked=true", assigned("locked", json!("true"))),
            ("locked:=true", assigned("locked", json!(true))),
            ("name.givenName=", assigned("name.givenName", json!(""))),
            ("title=a:=b", assigned("title", json!("a:=b"))),
            ("tags:=[\"a=b\"]", assigned("tags", json!(["a=b"]))),
            ("customFields.x:=null", assigned("customFields.x", Value::Null)),
            ("locale", Err(())),
            ("=fi", Err(())),
            (":=1", Err(())),
            ("name..x=1", Err(())),
            ("name.=1", Err(())),
            ("tags:=[", Err(())),
        ] {
            assert_eq!(text.parse::<Assignment>().map_err(|_message| ()), expected, "{text}");
        }
    }
}
