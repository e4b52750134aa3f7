//! Schemas that neither a table nor a type has.

use serde_json::{Value, json};

use super::by_name::Schemas;
use crate::access::builtin_roles::BUILTIN_ROLES;
use crate::access::permissions::PERMISSIONS;

/// Returns the schemas of permissions and roles, and of small responses.
pub(super) fn written_schemas() -> Schemas {
    let all = access_rights().into_iter().chain(small_responses());
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// Returns the schema of a list of permissions.
pub(super) fn permission_ids() -> Value {
    json!({"type": "array", "items": {"$ref": "#/components/schemas/PermissionId"}})
}

fn access_rights() -> [(&'static str, Value); 5] {
    let permissions: Vec<&str> = PERMISSIONS.iter().map(|(id, ..)| *id).collect();
    let builtin_roles: Vec<&str> = BUILTIN_ROLES.iter().map(|role| role.id).collect();
    [
        (
            "PermissionId",
            json!({
                "type": "string",
                "description": "Identifier of a permission. Five are documented, the others are \
                                inferred.",
                "enum": permissions,
            }),
        ),
        (
            "BuiltinRoleId",
            json!({
                "type": "string",
                "description": "Identifier of a built-in role.",
                "enum": builtin_roles,
                "x-evidence": "inferred",
            }),
        ),
        ("CustomRoleId", json!({"type": "string", "description": "Identifier of a custom role."})),
        (
            "Permission",
            json!({
                "type": "object",
                "description": "A permission; who has it also has its dependencies.",
                "required": ["id", "name", "dependencies", "groupId"],
                "properties": {
                    "id": {"$ref": "#/components/schemas/PermissionId"},
                    "name": {"type": "string"},
                    "dependencies": permission_ids(),
                    "groupId": {"type": "string"},
                },
            }),
        ),
        (
            "BuiltinRole",
            json!({
                "type": "object",
                "description": "A role that every installation has.",
                "required": ["id", "name", "permissions"],
                "properties": {
                    "id": {"$ref": "#/components/schemas/BuiltinRoleId"},
                    "name": {"type": "string"},
                    "permissions": permission_ids(),
                },
            }),
        ),
    ]
}

fn small_responses() -> [(&'static str, Value); 3] {
    [
        (
            "InviteResult",
            json!({
                "type": "object",
                "description": "The sandbox returns an empty object.",
                "x-evidence": "inferred",
            }),
        ),
        (
            "InteractiveStrongIdentificationStart",
            json!({
                "type": "object",
                "description": "Where the browser is sent for a strong identification.",
                "required": ["url"],
                "properties": {"url": {"type": "string", "format": "uri"}},
                "x-evidence": "inferred",
            }),
        ),
        (
            "Error",
            json!({
                "type": "object",
                "description": "An error.",
                "required": ["errorMessage", "statusCode"],
                "properties": {
                    "errorMessage": {"type": "string", "description": "What is wrong."},
                    "statusCode": {
                        "type": "integer",
                        "description": "Status of the response.",
                        "minimum": 400,
                        "maximum": 599,
                    },
                },
            }),
        ),
    ]
}
