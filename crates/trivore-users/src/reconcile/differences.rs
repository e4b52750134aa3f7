//! Compares what was sent with what the service has.

use std::collections::BTreeSet;

use serde_json::Value;
use trivore_models::{GroupMembership, GroupRef, User};

use crate::users::fields;

/// Returns the JSON names of the fields that were sent and that the service has otherwise.
///
/// Fields and members that were not sent are not compared. What is `null`, false or empty may be
/// absent. Tags may be in lower case and in another order, as the service stores them. What only
/// the service decides is not compared: whether a contact is verified, and customer groups.
pub(super) fn differences(sent: &User, stored: &User, groups: &[GroupMembership]) -> Vec<String> {
    let (sent_fields, stored_fields) = (fields(sent), fields(stored));
    let is_other = |name: &str, value: &Value| match name {
        "customerGroupInfo" => false,
        "memberOf" => !unknown_groups(sent, stored, groups).is_empty(),
        "tags" => lower_case(sent.tags()) != lower_case(stored.tags()),
        _ => !is_contained(value, stored_fields.get(name)),
    };
    let others = sent_fields.iter().filter(|(name, value)| is_other(name, value));
    others.map(|(name, _)| name.clone()).collect()
}

/// Returns the groups that the stored user is not in, by identifier or by name.
pub(super) fn unknown_groups<'a>(
    sent: &'a User,
    stored: &User,
    groups: &[GroupMembership],
) -> Vec<&'a GroupRef> {
    let is_named = |group: &GroupRef| {
        groups.iter().any(|stored| stored.name.as_deref() == Some(group.as_str()))
    };
    let sent = sent.member_of().iter();
    sent.filter(|group| !stored.member_of().contains(group) && !is_named(group)).collect()
}

/// Whether a value contains all that was sent.
pub(super) fn is_contained(sent: &Value, stored: Option<&Value>) -> bool {
    let stored = stored.unwrap_or(&Value::Null);
    match (sent, stored) {
        (Value::Object(sent), Value::Object(stored)) => sent.iter().all(|(name, value)| {
            SET_BY_SERVICE.contains(&name.as_str()) || is_contained(value, stored.get(name))
        }),
        (Value::Array(sent), Value::Array(stored)) => {
            sent.len() == stored.len()
                && sent.iter().zip(stored).all(|(sent, stored)| is_contained(sent, Some(stored)))
        }
        (Value::Number(sent), Value::Number(stored)) => {
            sent == stored || (sent.is_f64() != stored.is_f64() && sent.as_f64() == stored.as_f64())
        }
        (sent, Value::Null) => is_blank(sent),
        (sent, stored) => sent == stored,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
    }
}

fn lower_case(tags: &[String]) -> BTreeSet<String> {
    tags.iter().map(|tag| tag.to_lowercase()).collect()
}

const SET_BY_SERVICE: [&str; 3] = ["verified", "verifiedBy", "verifiedDateTime"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(json: Value) -> User {
        serde_json::from_value(json).unwrap()
    }

    #[track_caller]
    fn check(sent: Value, stored: Value, expected: &[&str]) {
        assert_eq!(differences(&user(sent), &user(stored), &[]), expected);
    }

    #[test]
    fn what_the_service_adds_or_normalizes_is_no_difference() {
        let sent = json!({
            "username": "maija", "tags": ["My_TAG", "a", "a"], "locked": false, "title": "",
            "emails": [{"address": "m@example.com", "verified": true}], "addresses": [],
            "consents": {"profiling": false}, "customFields": {"n": 1, "old": null},
            "customerGroupInfo": {"student": true},
        });
        let stored = json!({
            "id": "1", "username": "maija", "tags": ["a", "my_tag"], "nsCode": "x",
            "emails": [{"address": "m@example.com", "verified": false, "tags": []}],
            "customFields": {"n": 1.0, "more": 2}, "meta": {"created": "2020-01-01T00:00:00Z"},
        });

        check(sent, stored, &[]);
    }

    #[test]
    fn other_values_are_differences() {
        check(json!({"title": "Dr."}), json!({}), &["title"]);
        check(json!({"title": "Dr."}), json!({"title": "Prof."}), &["title"]);
        check(json!({"title": ""}), json!({"title": "Prof."}), &["title"]);
        check(json!({"locked": false}), json!({"locked": true}), &["locked"]);
        check(json!({"username": "Maija"}), json!({"username": "maija"}), &["username"]);
        check(json!({"tags": ["a"]}), json!({"tags": ["a", "b"]}), &["tags"]);
        check(
            json!({"emails": [{"address": "a@b.c"}], "mobiles": [{"number": "1"}]}),
            json!({"emails": [{"address": "a@b.d"}], "mobiles": []}),
            &["emails", "mobiles"],
        );
        check(json!({"memberOf": ["1", "2"]}), json!({"memberOf": ["2", "3"]}), &["memberOf"]);
        check(json!({"newer": {"a": 1}}), json!({"newer": {"a": 2}}), &["newer"]);
    }

    #[test]
    fn groups_may_be_given_by_name() {
        let (sent, stored) =
            (user(json!({"memberOf": ["drivers"]})), user(json!({"memberOf": ["1"]})));
        let drivers = serde_json::from_value(json!({"id": "1", "name": "drivers"})).unwrap();

        assert_eq!(unknown_groups(&sent, &stored, &[]), [&GroupRef::from("drivers")]);
        assert!(differences(&sent, &stored, &[drivers]).is_empty());
    }
}
