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

/// Returns the first paragraph of a documentation comment, without links.
fn first_paragraph(documentation: &str) -> String {
    let paragraph = documentation.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let mut plain = String::with_capacity(paragraph.len());
    let mut rest = paragraph.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        let Some((text, after)) = link.split_once(']') else { break };
        plain.push_str(before);
        plain.push_str(text);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

const DEFINITIONS: &str = "/components/schemas";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_one_paragraph_without_links() {
        for (documentation, expected) in [
            ("One\nline.\n\nAnother.", "One line."),
            ("See [`A`](Self::A) and [`B`].", "See `A` and `B`."),
            ("An array [0", "An array [0"),
        ] {
            assert_eq!(first_paragraph(documentation), expected);
        }
    }
}
