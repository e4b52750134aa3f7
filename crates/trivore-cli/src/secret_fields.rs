//! Fields that contain personal codes or secrets.

use serde_json::Value;

/// Whether a field with this name contains a personal code or a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    ["personalId", "personalIdentityCode", "password", "newPassword"].contains(&name)
}

/// Masks a value whose name says that it is secret, and all such values within it.
pub(crate) fn mask(name: &str, value: &mut Value) {
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        _ if is_secret(name) => *value = MASK.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(name, item)),
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| mask(name, value)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is shown instead of a secret.
pub(crate) const MASK: &str = "********";
