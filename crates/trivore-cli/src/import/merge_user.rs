//! The user that results from a stored one and the fields of a row.

use serde_json::Value;
use trivore::models::User;

use crate::rows::{Document, FieldType, find, merge};

/// Returns a stored user with the fields of a row; fields that are `null` are cleared.
///
/// The user name stays as the service stored it. Of addresses and numbers that were there before,
/// what the row does not say is kept, such as that they are verified.
pub(super) fn merged(stored: &User, row: &Document) -> Option<User> {
    let Ok(Value::Object(mut merged)) = serde_json::to_value(stored) else { return None };
    let mut row = row.clone();
    for name in User::READ_ONLY_FIELDS.iter().chain(&["username", "nsCode", "password"]) {
        row.remove(*name);
    }
    lower_tags(&mut row);
    for (name, value) in &mut row {
        if let (Some(FieldType::Objects(_, Some(main))), Some(stored)) =
            (find([name.as_str()]), merged.get(name))
        {
            keep_details(value, stored, main);
        }
    }
    merge(&mut merged, &row);
    serde_json::from_value(Value::Object(merged)).ok()
}

/// Returns the names of the fields that differ.
pub(super) fn differences(before: &User, after: &User) -> Vec<String> {
    let [Ok(Value::Object(before)), Ok(Value::Object(after))] =
        [before, after].map(serde_json::to_value)
    else {
        return Vec::new();
    };
    let mut names: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| before.get(name) != after.get(name));
    names
}

/// The service stores tags in lower case.
fn lower_tags(row: &mut Document) {
    let tags = row.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten();
    for tag in tags {
        if let Value::String(text) = tag {
            *text = text.to_lowercase();
        }
    }
}

/// Gives the items of a list what the stored items with the same address have in addition.
fn keep_details(items: &mut Value, stored: &Value, main: &str) {
    let Value::Array(items) = items else { return };
    for item in items {
        if let Value::String(text) = item {
            *item = serde_json::json!({main: text});
        }
        let before = stored.as_array().into_iter().flatten();
        let same = before
            .filter_map(Value::as_object)
            .find(|before| before.get(main).is_some() && before.get(main) == item.get(main));
        if let (Some(same), Value::Object(row)) = (same, &mut *item) {
            let mut kept = same.clone();
            merge(&mut kept, row);
            *row = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trivore::models::User;

    use super::{differences, merged};

    #[test]
    fn a_row_changes_only_its_fields() {
        let stored: User = serde_json::from_value(json!({
            "id": "1", "username": "jane", "title": "Dr.", "nickName": "J", "tags": ["vip"],
            "name": {"givenName": "Jane", "familyName": "Roe"},
            "emails": [{"address": "a@b.c", "verified": true}], "customFields": {"a": 1, "b": {"c": 2}},
        }))
        .unwrap();
        let row = json!({
            "id": "2", "username": "JANE", "password": "x", "nickName": null, "tags": ["VIP"],
            "name": {"familyName": "Doe"}, "emails": ["d@e.f", {"address": "a@b.c"}],
            "customFields": {"b": {"d": 3}},
        });
        let after = merged(&stored, row.as_object().unwrap()).unwrap();
        assert_eq!(
            serde_json::to_value(&after).unwrap(),
            json!({
                "id": "1", "username": "jane", "title": "Dr.", "tags": ["vip"],
                "name": {"givenName": "Jane", "familyName": "Doe"},
                "emails": [{"address": "d@e.f"}, {"address": "a@b.c", "verified": true}],
                "customFields": {"a": 1, "b": {"c": 2, "d": 3}},
            })
        );
        assert_eq!(differences(&stored, &after), ["customFields", "emails", "name", "nickName"]);
        let same = merged(&stored, json!({"emails": ["a@b.c"]}).as_object().unwrap()).unwrap();
        assert_eq!(differences(&stored, &same), Vec::<String>::new());
    }
}
