//! An argument that sets a field: `FIELD=TEXT` or `FIELD:=JSON`.

use serde_json::Value;

use crate::exact_json;
use crate::failure::Failure;

/// The path of a field with dots, and its new value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) path: String,
    pub(crate) value: Value,
}

impl Assignment {
    /// Takes the value as text, or after `:=` as JSON.
    ///
    /// It is not parsed with the other arguments, because those errors quote the value.
    ///
    /// # Errors
    ///
    /// There is no name or no value, or no JSON after `:=`; says which field, but not the value.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let Some((path, value)) = text.split_once('=') else {
            return Err(Failure::usage(format!("`{text}`: expected FIELD=TEXT or FIELD:=JSON")));
        };
        let (path, json) = match path.strip_suffix(':') {
            Some(path) => (path, Some(value)),
            None => (path, None),
        };
        if path.is_empty() || path.split('.').any(str::is_empty) {
            let message = format!("`{path}`: the name of the field is empty or has an empty part");
            return Err(Failure::usage(message));
        }
        let value = match json {
            Some(json) => exact_json::parse(json)
                .map_err(|problem| Failure::usage(format!("`{path}` after :=: {problem}")))?,
            None => Value::String(value.to_owned()),
        };
        Ok(Self { path: path.to_owned(), value })
    }

    /// Parses all, in their order.
    pub(crate) fn parse_all(texts: &[String]) -> Result<Vec<Self>, Failure> {
        texts.iter().map(|text| Self::parse(text)).collect()
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
            ("x:=[1, 123456789012345678901]", Err(())),
        ] {
            assert_eq!(Assignment::parse(text).map_err(|_failure| ()), expected, "{text}");
        }
    }
}
