//! Schemas of the types of `trivore-models`.

use schemars::generate::SchemaSettings;
use serde_json::Value;
use trivore_models::{
    EmailVerification, Enterprise, ExternalPermission, ExternalPermissionGrant, GroupMembership,
    Invite, LegalInfo, NamespaceMigrationOptions, NewStrongIdentification, PasswordChange,
    PasswordRequirements, PasswordUpdateResult, Profile, SmsLinkVerification, StrongIdentification,
    StudentState, User,
};

use super::by_name::Schemas;

/// Returns the schemas of the types, with the first paragraph of their documentation.
pub(crate) fn schemas() -> Schemas {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = DEFINITIONS.into());
    let mut generator = settings.into_generator();
    generator.subschema_for::<EmailVerification>();
    generator.subschema_for::<Enterprise>();
    generator.subschema_for::<ExternalPermission>();
    generator.subschema_for::<ExternalPermissionGrant>();
    generator.subschema_for::<GroupMembership>();
    generator.subschema_for::<Invite>();
    generator.subschema_for::<LegalInfo>();
    generator.subschema_for::<NamespaceMigrationOptions>();
    generator.subschema_for::<NewStrongIdentification>();
    generator.subschema_for::<PasswordChange>();
    generator.subschema_for::<PasswordRequirements>();
    generator.subschema_for::<PasswordUpdateResult>();
    generator.subschema_for::<Profile>();
    generator.subschema_for::<SmsLinkVerification>();
    generator.subschema_for::<StrongIdentification>();
    generator.subschema_for::<StudentState>();
    generator.subschema_for::<User>();
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(simplify);
    schemas
}

/// Shortens the documentation of Rust to a description.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(schema) => {
            if let Some(Value::String(text)) = schema.get_mut("description") {
                *text = first_paragraph(text);
            }
            schema.values_mut().for_each(simplify);
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(simplify),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Returns the first paragraph of a documentation comment, without what is about Rust: links, and
/// the names of fields in Rust.
fn first_paragraph(documentation: &str) -> String {
    let paragraph = documentation.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let mut plain = String::with_capacity(paragraph.len());
    for (index, part) in without_pointers(paragraph).split('`').enumerate() {
        if index % 2 == 1 {
            plain.push('`');
            plain.push_str(&json_name(part));
            plain.push('`');
        } else {
            plain.push_str(part);
        }
    }
    let mut rest = plain.as_str();
    let mut unlinked = String::with_capacity(rest.len());
    while let Some((before, link)) = rest.split_once('[') {
        let Some((text, after)) = link.split_once(']') else { break };
        unlinked.push_str(before);
        unlinked.push_str(text);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    unlinked + rest
}

/// Removes what says where to read more.
fn without_pointers(mut text: String) -> String {
    for (pointer, kept) in [("; see [", "."), (" See [", "")] {
        while let Some((before, rest)) = text.split_once(pointer) {
            let after = rest.split_once('.').map_or("", |(_, after)| after);
            text = format!("{before}{kept}{after}");
        }
    }
    text
}

/// Returns the name of a field in JSON.
fn json_name(name: &str) -> String {
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return name.to_owned();
    }
    let mut words = name.split('_');
    let mut json = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        json.push_str(&first.to_ascii_uppercase());
        json.push_str(rest);
    }
    json
}

const DEFINITIONS: &str = "/components/schemas";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_one_paragraph_without_links() {
        for (documentation, expected) in [
            ("One\nline.\n\nAnother.", "One line."),
            ("It is [`A`](Self::A) or [`B`].", "It is `A` or `B`."),
            ("Groups; see [`A`] for more. All.", "Groups. All."),
            ("Tags. See [`A`] and\n[`b`](Self::b).", "Tags."),
            ("The same as `preferred_language`.", "The same as `preferredLanguage`."),
            ("An array [0", "An array [0"),
        ] {
            assert_eq!(first_paragraph(documentation), expected);
        }
    }
}
