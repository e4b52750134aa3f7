//! Tests that the JSON schemas describe what the types serialize and deserialize.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{NamespaceMigrationOptions, Page, PasswordUpdateResult, StrongIdentification, User};

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .into()
}

#[test]
fn a_schema_has_the_names_of_the_json_and_the_documentation_of_the_fields() {
    let user = schema::<User>();
    let properties = &user["properties"];

    assert_eq!(properties["nsCode"]["type"], json!(["string", "null"]));
    assert_eq!(properties["place_of_birth"]["anyOf"][0]["$ref"], "#/$defs/PlaceOfBirth");
    assert_eq!(properties["emails"]["items"]["$ref"], "#/$defs/EmailAddress");
    assert_eq!(properties["locked"]["type"], json!(["boolean", "null"]));
    assert_eq!(
        properties["locked"]["description"],
        "Whether the user is prevented from signing in."
    );
    assert_eq!(user.get("required"), None, "{user:#}");
}

#[test]
fn fields_and_values_unknown_to_this_version_fit_the_schema() {
    let user = schema::<User>();

    assert_eq!(user["additionalProperties"], true);
    assert_eq!(user["properties"].get("extra"), None);
    let sex = &user["properties"]["sex"];
    assert_eq!(sex["type"], json!(["string", "null"]), "{sex:#}");
    assert_eq!(sex["examples"][0], "FEMALE");
    assert_eq!(sex.get("enum"), None);
    let method = &schema::<StrongIdentification>()["properties"]["method"];
    assert!(method["examples"].as_array().unwrap().contains(&json!("SUOMI_FI")));
}

#[test]
fn custom_fields_are_an_object_and_pages_have_their_resources() {
    let page = schema::<Page<User>>();

    assert_eq!(page["required"], json!(["resources"]));
    assert_eq!(page["properties"]["resources"]["items"]["$ref"], "#/$defs/User");
    assert_eq!(page["properties"].get("received"), None);
    assert_eq!(page["$defs"]["CustomFields"]["type"], "object", "{page:#}");
}

#[test]
fn required_fields_and_defaults_are_those_of_the_types() {
    let options = schema::<NamespaceMigrationOptions>();
    assert_eq!(options["properties"]["keepGroups"]["default"], false, "{options:#}");
    assert_eq!(options["properties"]["keepEmails"]["default"], true);
    let result = schema::<PasswordUpdateResult>();
    assert_eq!(result["properties"]["success"]["type"], "boolean", "{result:#}");
}
