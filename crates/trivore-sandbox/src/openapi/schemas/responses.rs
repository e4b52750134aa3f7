//! Schemas of responses.

use serde_json::{Value, json};

use super::by_name::{Schemas, properties, require, set};
use super::fields::{Direction, object};
use super::written::{permission_ids, written_schemas};
use crate::resources::users::{enterprise, student};
use crate::resources::{groups, namespaces, roles};
use crate::store;
use crate::store::user_fields::USER;
use crate::values::behavior_rules::Rules;

/// Makes the schemas of the models exact for what the sandbox responds, and adds others.
pub(super) fn adjust(schemas: &mut Schemas, rules: &Rules) {
    for name in WITHOUT_NULLS {
        if let Some(schema) = schemas.get_mut(*name) {
            remove_null(schema);
        }
    }
    if !rules.contacts_checked {
        for (object, property) in [("EmailAddress", "address"), ("Mobile", "number")] {
            set(schemas, object, property, json!({"type": ["string", "null"]}));
        }
    }
    // What clients can write has the values that requests may have.
    let mut tables = Schemas::new();
    for (name, fields) in
        [("User", USER), ("Enterprise", enterprise::FIELDS), ("StudentState", student::FIELDS)]
    {
        let table = object(fields, Direction::Response, rules, &mut tables);
        tables.insert(name.to_owned(), table);
    }
    for (name, table) in tables {
        copy_choices(schemas, &name, &table);
    }
    if let Some(user) = properties(schemas, "User") {
        user.remove("password");
    }
    if !rules.customer_group_info_read_only {
        // Clients can store anything there.
        for schema in properties(schemas, "CustomerGroupInfo").into_iter().flatten() {
            if let Some(schema) = schema.1.as_object_mut() {
                schema.retain(|key, _| key == "description");
            }
        }
    }
    if let Some(identification) = properties(schemas, "StrongIdentification") {
        let text = "Identifier of the entry in the history.";
        let id = json!({"type": "string", "description": text, "x-evidence": "inferred"});
        identification.insert("id".to_owned(), id);
    }
    require(schemas, "EmailAddress", &["verified"]);
    require(schemas, "Mobile", &["verified"]);
    if rules.contacts_checked {
        require(schemas, "EmailAddress", &["address"]);
        require(schemas, "Mobile", &["number"]);
    }
    require(
        schemas,
        "User",
        &["id", "locked", "memberOf", "meta", "nsCode", "userAccountType", "username"],
    );
    require(schemas, "Meta", &["created", "lastModified", "location"]);
    require(schemas, "PasswordUpdateResult", &["success", "validationErrors"]);
    require(schemas, "ValidationError", &["code", "message"]);
    require(schemas, "Profile", &["emails", "mobiles", "legalAddresses"]);
    if let Some(all) = properties(schemas, "PasswordRequirements") {
        let names: Vec<String> = all.keys().cloned().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        require(schemas, "PasswordRequirements", &names);
    }
    add_others(schemas, rules);
}

/// Adds the schemas of objects that are not those of the models.
fn add_others(schemas: &mut Schemas, rules: &Rules) {
    let others = [
        ("Namespace", store::namespaces::FIELDS, namespaces::REQUIRED),
        ("Group", groups::FIELDS, groups::REQUIRED),
        ("CustomRole", roles::FIELDS, roles::REQUIRED),
    ];
    for (name, fields, required) in others {
        let schema = object(fields, Direction::Response, rules, schemas);
        schemas.insert(name.to_owned(), schema);
        set(schemas, name, "meta", json!({"$ref": "#/components/schemas/Meta"}));
        require(schemas, name, required);
    }
    set(schemas, "CustomRole", "permissions", permission_ids());
    schemas.extend(written_schemas());
}

/// Returns the schema of a page of objects.
pub(in crate::openapi) fn page(item: &str, rules: &Rules) -> Value {
    let mut schema = json!({
        "type": "object",
        "description": "A part of a list.",
        "required": ["resources"],
        "properties": {
            "resources": {
                "type": "array",
                "items": {"$ref": format!("#/components/schemas/{item}")},
                "description": "The objects.",
            },
            "totalResults": {
                "type": "integer",
                "minimum": 0,
                "description": "Number of objects in all pages.",
            },
            "startIndex": {
                "type": "integer",
                "minimum": 0,
                "description": "Position of the first object, counted from 0.",
            },
            "itemsPerPage": {
                "type": "integer",
                "minimum": 0,
                "description": "Largest number of objects in the page.",
            },
        },
    });
    let mut required = vec!["resources"];
    if rules.page_numbers_always {
        required.extend(["startIndex", "itemsPerPage"]);
    }
    if rules.page_total_omitted {
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.remove("totalResults");
        }
    } else {
        required.push("totalResults");
    }
    schema["required"] = required.into();
    schema
}

/// Copies the allowed values of fields, and those only.
fn copy_choices(schemas: &mut Schemas, name: &str, table: &Value) {
    let Some(fields) = table["properties"].as_object() else { return };
    for (field, schema) in fields {
        if let Some(choices) = schema.get("enum") {
            set(schemas, name, field, json!({"enum": choices}));
            if let Some(Value::Object(schema)) =
                properties(schemas, name).and_then(|all| all.get_mut(field))
            {
                schema.remove("examples");
            }
        }
    }
}

/// Removes `null` from the types of an object's properties.
fn remove_null(schema: &mut Value) {
    let Some(properties) = schema["properties"].as_object_mut() else { return };
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        if let Some(Value::Array(types)) = property.get("type") {
            let name = types.first().cloned().unwrap_or_default();
            property.insert("type".to_owned(), name);
        }
        if let Some(Value::Array(alternatives)) = property.remove("anyOf")
            && let Some(Value::Object(first)) = alternatives.into_iter().next()
        {
            property.extend(first);
        }
    }
}

/// Marks fields whose evidence differs from that of the operation.
pub(super) fn add_evidence(schemas: &mut Schemas) {
    for (name, property, evidence) in EVIDENCE {
        set(schemas, name, property, json!({"x-evidence": evidence}));
    }
}

/// Types of which the sandbox never returns a `null`.
const WITHOUT_NULLS: &[&str] = &[
    "Address",
    "Consents",
    "CustomerGroupInfo",
    "EmailAddress",
    "Enterprise",
    "EnterpriseContactInfo",
    "Meta",
    "Mobile",
    "Names",
    "PasswordRequirements",
    "PasswordUpdateResult",
    "PlaceOfBirth",
    "Profile",
    "StrongIdentification",
    "StudentState",
    "User",
    "ValidationError",
];

const EVIDENCE: &[(&str, &str, &str)] = &[
    ("Address", "from", "observed"),
    ("Address", "id", "observed"),
    ("Address", "name", "inferred"),
    ("Address", "tags", "observed"),
    ("Address", "until", "observed"),
    ("CustomerGroupInfo", "studentValidNow", "inferred"),
    ("PasswordRequirements", "repeatCharacterLength", "inferred"),
    ("Profile", "screenName", "observed"),
    ("User", "dateOfBirth", "inferred"),
    ("User", "domicileCode", "inferred"),
    ("User", "screenName", "inferred"),
    ("User", "timeZone", "inferred"),
    ("ValidationError", "code", "inferred"),
];
