//! A field that a column of a file holds.

use super::fields::{self, FieldType};
use crate::nearest::nearest;

/// A field by its path, and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) path: Vec<String>,
    pub(crate) holds: FieldType,
}

impl Field {
    /// Parses a name with dots, such as `name.givenName`.
    ///
    /// A type after a colon, as in `customFields.size:string`, says what a custom field holds, and
    /// makes a field valid that is not known.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::parse_any(text, false)
    }

    /// Parses a name; a field that is not known may be allowed, and holds any JSON value.
    pub(crate) fn parse_any(text: &str, allows_unknown: bool) -> Result<Self, String> {
        let typed = text.rsplit_once(':').and_then(|(name, holds)| Some((name, by_name(holds)?)));
        let (name, given) = typed.map_or((text, None), |(name, holds)| (name, Some(holds)));
        let path = parts(name);
        if path.iter().any(String::is_empty) {
            return Err("a part of the name is empty".to_owned());
        }
        let known = fields::find(path.iter().map(String::as_str));
        let holds = match (known, given) {
            (Some(FieldType::Any) | None, Some(given)) => given,
            (Some(known), None) => known,
            (Some(known), Some(given)) if known == given => known,
            (Some(_), Some(_)) => return Err(format!("the type of {name} cannot be changed")),
            (None, None) if allows_unknown => FieldType::Any,
            (None, None) => return Err(unknown(name)),
        };
        Ok(Self { path, holds })
    }

    /// The name with dots.
    pub(crate) fn name(&self) -> String {
        self.path.join(".")
    }
}

/// Splits a name at its dots, except for those after a backslash.
fn parts(name: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => parts.push(std::mem::take(&mut part)),
            '\\' => part.extend(characters.next()),
            other => part.push(other),
        }
    }
    parts.push(part);
    parts
}

/// Returns a part of a name as it is written between dots.
pub(crate) fn written(part: &str) -> String {
    part.replace('\\', "\\\\").replace('.', "\\.")
}

/// Returns the type with a name.
pub(crate) fn by_name(name: &str) -> Option<FieldType> {
    Some(match name {
        "string" => FieldType::Text,
        "boolean" => FieldType::Flag,
        "number" => FieldType::Number,
        "json" => FieldType::Any,
        _ => return None,
    })
}

/// Says that no field has this name, and which one was probably meant.
pub(crate) fn unknown(name: &str) -> String {
    let names = fields::names();
    match nearest(name, names.iter().map(String::as_str)) {
        Some(known) => format!("unknown field; did you mean {known}?"),
        None => "unknown field; leave it out or map it with --map, name it customFields.NAME, or \
                 send it with --allow-unknown if the service knows it"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::rows::fields::FieldType;

    #[test]
    fn a_name_may_say_its_type() {
        for (text, expected) in [
            ("username", Ok(("username", FieldType::Text))),
            ("locked:boolean", Ok(("locked", FieldType::Flag))),
            ("locked:string", Err("the type of locked cannot be changed")),
            ("customFields.a", Ok(("customFields.a", FieldType::Any))),
            ("customFields.a:string", Ok(("customFields.a", FieldType::Text))),
            ("customFields.a:b", Ok(("customFields.a:b", FieldType::Any))),
            ("newer:json", Ok(("newer", FieldType::Any))),
            ("usernam", Err("unknown field; did you mean username?")),
            ("name..x", Err("a part of the name is empty")),
        ] {
            let field = Field::parse(text);
            let found = field.as_ref().map(|field| (field.name(), field.holds));
            let expected = expected.map(|(name, holds)| (name.to_owned(), holds));
            assert_eq!(found.map_err(String::as_str), expected, "{text}");
        }
    }
}
