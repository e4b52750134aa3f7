//! Schemas of requests.

use serde_json::{Value, json};

use super::by_name::{Schemas, properties, require, set};
use super::fields::{Direction, allow_null, object};
use crate::access::builtin_roles::BUILTIN_ROLES;
use crate::access::permissions::PERMISSIONS;
use crate::resources::users::{
    enterprise, invite, namespace_migration, password, profile, strong_identification, student,
    verification,
};
use crate::resources::{groups, roles};
use crate::store::namespaces;
use crate::store::password_policy::MAX_LENGTH;
use crate::store::user_checks::MAX_TAGS;
use crate::store::user_fields::USER;
use crate::values::behavior_rules::Rules;
use crate::values::field_types::Fields;

/// Returns the schemas of requests; descriptions are those of the models.
pub(super) fn schemas(rules: &Rules, models: &Schemas) -> Schemas {
    let mut all = Schemas::new();
    for (name, fields, model) in OBJECTS {
        let schema = object(fields, Direction::Request, rules, &mut all);
        all.insert((*name).to_owned(), schema);
        describe(&mut all, name, models, model);
    }
    let nested: Vec<String> = all.keys().filter(|name| name.ends_with("Input")).cloned().collect();
    for name in nested {
        let model = name.trim_end_matches("Input").to_owned();
        describe(&mut all, &name, models, &model);
    }
    let mut requests = Requests { all, rules };
    requests.users();
    requests.details();
    requests.others();
    requests.all
}

/// Each object that clients send, the table of its fields, and the type of the models.
const OBJECTS: &[(&str, Fields, &str)] = &[
    ("UserCreate", USER, "User"),
    ("UserUpdate", USER, "User"),
    ("ProfileUpdate", USER, "Profile"),
    ("EnterpriseUpdate", enterprise::FIELDS, "Enterprise"),
    ("StudentStateUpdate", student::FIELDS, "StudentState"),
    ("PasswordChange", password::FIELDS, "PasswordChange"),
    ("NewStrongIdentification", strong_identification::FIELDS, "NewStrongIdentification"),
    ("EmailVerification", verification::FIELDS, "EmailVerification"),
    ("SmsLinkVerification", verification::FIELDS, "SmsLinkVerification"),
    ("Invite", invite::FIELDS, "Invite"),
    ("NamespaceMigrationOptions", namespace_migration::FIELDS, "NamespaceMigrationOptions"),
    ("GroupCreate", groups::FIELDS, ""),
    ("GroupUpdate", groups::FIELDS, ""),
    ("NamespaceCreate", namespaces::FIELDS, ""),
    ("NamespaceUpdate", namespaces::FIELDS, ""),
    ("CustomRoleCreate", roles::FIELDS, ""),
    ("CustomRoleUpdate", roles::FIELDS, ""),
];

/// Copies the descriptions of a type of the models.
fn describe(all: &mut Schemas, name: &str, models: &Schemas, model: &str) {
    let Some(model) = models.get(model) else { return };
    let Some(schema) = all.get_mut(name) else { return };
    if let Some(text) = model.get("description") {
        schema["description"] = text.clone();
    }
    let Some(properties) = schema["properties"].as_object_mut() else { return };
    for (name, property) in properties {
        for key in ["description", "x-evidence"] {
            if let Some(value) = model["properties"].get(name).and_then(|it| it.get(key)) {
                property[key] = value.clone();
            }
        }
    }
}

/// The schemas while they are made exact.
struct Requests<'r> {
    all: Schemas,
    rules: &'r Rules,
}

impl Requests<'_> {
    fn users(&mut self) {
        let rules = self.rules;
        for name in ["UserCreate", "UserUpdate", "ProfileUpdate"] {
            self.set(
                name,
                "tags",
                json!({"maxItems": MAX_TAGS, "items": {
                    "type": "string", "maxLength": MAX_TAGS,
                }}),
            );
            self.set(name, "memberOf", json!({"items": {"type": "string", "minLength": 1}}));
            self.set(name, "customFields", custom_fields());
        }
        if rules.contacts_checked {
            self.require("EmailAddressInput", "address", json!({"pattern": EMAIL}));
            self.require("MobileInput", "number", json!({"minLength": 1}));
        }
        for name in READ_ONLY {
            self.ignore("UserCreate", name);
            self.ignore("UserUpdate", name);
        }
        if rules.customer_group_info_read_only {
            self.ignore("UserCreate", "customerGroupInfo");
            self.ignore("UserUpdate", "customerGroupInfo");
        }
        self.ignore("UserUpdate", "email");

        self.set(
            "UserCreate",
            "email",
            json!({"description": "Alias for the only one of `emails`."}),
        );
        if rules.create_aliases {
            let mut names = json!({"$ref": "#/components/schemas/NamesInput"});
            allow_null(&mut names);
            names["description"] = "Alias of `name`.".into();
            names["x-evidence"] = "documented".into();
            self.add("UserCreate", "names", names);
            if rules.contacts_checked {
                self.set("UserCreate", "email", json!({"pattern": EMAIL}));
            }
        } else {
            self.ignore("UserCreate", "email");
        }
        if rules.create_checks_password {
            self.set("UserCreate", "password", json!({"maxLength": MAX_LENGTH}));
        }
        if rules.password_required {
            self.require("UserCreate", "password", json!({}));
        }
        if rules.username_required {
            self.require("UserCreate", "username", json!({"minLength": 1}));
        }
        self.set("UserUpdate", "username", json!({"minLength": 1}));
        if rules.password_in_put_refused {
            let text = "Cannot be changed here.";
            self.add("UserUpdate", "password", json!({"type": "null", "description": text}));
        } else {
            self.ignore("UserUpdate", "password");
        }
        if let Some(profile) = properties(&mut self.all, "ProfileUpdate") {
            profile.retain(|name, _| profile::WRITABLE.contains(&name.as_str()));
        }
    }

    fn details(&mut self) {
        self.ignore("EnterpriseUpdate", "meta");
        self.ignore("StudentStateUpdate", "updated");
        self.require("PasswordChange", "newPassword", json!({}));
        self.require("NewStrongIdentification", "personalId", json!({"minLength": 1}));
        for name in ["EmailVerification", "SmsLinkVerification"] {
            self.set(name, "expirationDays", json!({"minimum": 1}));
            self.set(name, "returnURL", json!({"pattern": verification::RETURN_URL_PATTERN}));
        }
        self.set("Invite", "groups", json!({"items": {"type": "string", "minLength": 1}}));
        self.require(
            "Invite",
            "emails",
            json!({"minItems": 1, "items": {
                "type": "string", "pattern": EMAIL,
            }}),
        );
        self.require("NamespaceMigrationOptions", "targetNsCode", json!({}));
        if self.rules.create_checks_password {
            let limit = json!({"maxLength": MAX_LENGTH});
            self.set("NamespaceMigrationOptions", "userPassword", limit);
        }
        let uri = json!({
            "type": "string",
            "pattern": strong_identification::URL_PATTERN,
        });
        self.all.insert(
            "InteractiveStrongIdentification".to_owned(),
            json!({
                "type": "object",
                "description": "Where the browser is sent after a strong identification.",
                "required": ["successRedirectUri", "failureRedirectUri"],
                "properties": {"successRedirectUri": uri, "failureRedirectUri": uri},
                "x-evidence": "inferred",
            }),
        );
        let mut fields = custom_fields();
        fields["type"] = "object".into();
        fields["description"] = "Custom fields by name; each is set to the given value.".into();
        self.all.insert("CustomFieldsUpdate".to_owned(), fields);
    }

    fn others(&mut self) {
        for name in ["GroupCreate", "GroupUpdate"] {
            self.set(name, "customFields", custom_fields());
        }
        let permissions: Vec<&str> = PERMISSIONS.iter().map(|(id, ..)| *id).collect();
        let roles: Vec<&str> = BUILTIN_ROLES.iter().map(|role| role.id).collect();
        for name in ["CustomRoleCreate", "CustomRoleUpdate"] {
            let items = json!({"items": {"type": "string", "enum": permissions}});
            self.set(name, "permissions", items);
        }
        for (object, key) in
            [("GroupCreate", "name"), ("NamespaceCreate", "code"), ("CustomRoleCreate", "name")]
        {
            self.require(object, key, json!({"minLength": 1}));
        }
        for object in ["GroupUpdate", "CustomRoleUpdate"] {
            self.set(object, "name", json!({"minLength": 1}));
            self.ignore(object, "nsCode");
        }
        for object in [
            "GroupCreate",
            "GroupUpdate",
            "NamespaceCreate",
            "NamespaceUpdate",
            "CustomRoleCreate",
            "CustomRoleUpdate",
        ] {
            self.ignore(object, "id");
            self.ignore(object, "meta");
        }
        self.ignore("NamespaceUpdate", "code");
        self.changes("PermissionChanges", &json!({"type": "string", "enum": permissions}));
        self.changes("BuiltinRoleChanges", &json!({"type": "string", "enum": roles}));
        self.changes("CustomRoleChanges", &json!({"type": "string"}));
    }

    /// Adds the schema of changes of a set of identifiers.
    fn changes(&mut self, name: &str, id: &Value) {
        let ids = |text| json!({"type": ["array", "null"], "items": id, "description": text});
        self.all.insert(
            name.to_owned(),
            json!({
                "type": "object",
                "description": "Identifiers to add, and identifiers to remove.",
                "properties": {"add": ids("What is added."), "remove": ids("What is removed.")},
            }),
        );
    }

    /// Adds or replaces a property.
    fn add(&mut self, object: &str, property: &str, schema: Value) {
        if let Some(properties) = properties(&mut self.all, object) {
            properties.insert(property.to_owned(), schema);
        }
    }

    /// Sets members of the schema of a property.
    fn set(&mut self, object: &str, property: &str, members: Value) {
        set(&mut self.all, object, property, members);
    }

    /// The same for a property that must be there and not `null`.
    fn require(&mut self, object: &str, property: &str, members: Value) {
        self.set(object, property, members);
        if let Some(schema) = properties(&mut self.all, object).and_then(|it| it.get_mut(property))
            && let Some(Value::Array(types)) = schema.get("type")
        {
            schema["type"] = types.first().cloned().unwrap_or_default();
        }
        require(&mut self.all, object, &[property]);
    }

    /// Says that a property is accepted and has no effect.
    fn ignore(&mut self, object: &str, property: &str) {
        self.set(object, property, json!({"description": "Ignored.", "x-ignored": true}));
    }
}

fn custom_fields() -> Value {
    json!({"propertyNames": {"pattern": CUSTOM_FIELD_NAME}})
}

/// Fields of a user that clients cannot write.
const READ_ONLY: &[&str] = &["id", "meta", "strongIdentification"];

/// The same as `is_email`.
const EMAIL: &str = r"^[^\s\x00-\x1f\x7f-\x9f]+@[^\s@\x00-\x1f\x7f-\x9f]+$";

/// Documented: no `.`, and no `$` at the start.
const CUSTOM_FIELD_NAME: &str = r"^([^.$][^.]*)?$";
