//! Users as the service sends them.

use serde_json::{Result, Value, json};

/// A user with most documented fields.
pub(crate) fn user() -> Result<Value> {
    serde_json::from_str(include_str!("user.json"))
}

/// The same user with four additional fields that the models do not have.
pub(crate) fn user_of_tomorrow() -> Result<Value> {
    let mut user = user()?;
    user["riskLevel"] = json!("LOW");
    user["loginCount"] = json!(214);
    user["archived"] = json!(false);
    user["wallet"] = json!({"id": "5b0cfba4e2bb230ff8b535e9", "currency": "EUR"});
    Ok(user)
}

/// A page of the maximum size, 500 users.
pub(crate) fn page(user: &Value) -> Result<Vec<u8>> {
    let users = vec![user; 500];
    serde_json::to_vec(&json!({
        "totalResults": 1_000_000, "startIndex": 0, "itemsPerPage": 500, "resources": users,
    }))
}
