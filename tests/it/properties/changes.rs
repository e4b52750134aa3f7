//! Changes give the same result whether the service merges or replaces objects.

use proptest::prelude::*;
use serde_json::{Map, Value};
use trivore::models::{Changes, User};

use super::strategies::{fail, object, shaped_as};
use crate::operations::model;

/// Merges as in RFC 7396: `null` removes, objects are merged, other values are replaced.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, patch) in patch {
            if patch.is_null() {
                target.remove(&name);
            } else {
                merge(target.entry(name).or_insert(Value::Null), patch);
            }
        }
    }
}

/// Replaces each named member completely; `null` removes it.
fn replace(target: &mut Value, patch: &Value) {
    if let (Value::Object(target), Value::Object(patch)) = (target, patch) {
        for (name, patch) in patch {
            target.insert(name.clone(), patch.clone());
        }
    }
}

/// Removes members that are `null`, which are equivalent to missing ones.
fn settled(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name, settled(member)))
            .collect(),
        Value::Array(elements) => elements.into_iter().map(settled).collect(),
        other => other,
    }
}

/// Copies the fields that only the service sets from one user to the other.
fn with_read_only_fields_of(before: &Value, mut after: Value) -> Value {
    if let (Value::Object(before), Value::Object(after)) = (before, &mut after) {
        for field in User::READ_ONLY_FIELDS {
            after.remove(field);
            let kept = before.get(field).map(|value| (field.to_owned(), value.clone()));
            after.extend(kept);
        }
    }
    after
}

fn check(before: &Value, after: &Value, changes: &Changes) -> Result<(), TestCaseError> {
    let after = &with_read_only_fields_of(before, after.clone());
    let patch = serde_json::to_value(changes).map_err(fail)?;
    let (mut merged, mut replaced) = (before.clone(), before.clone());

    merge(&mut merged, patch.clone());
    replace(&mut replaced, &patch);
    // Members that are omitted inside application data remain if the service merges, until the
    // second update clears them.
    let remaining = changes.remaining(before, &merged).map_err(fail)?;
    if let Some(nulls) = remaining.with_nulls() {
        merge(&mut merged, serde_json::to_value(nulls).map_err(fail)?);
    }

    prop_assert_eq!(settled(merged), settled(after.clone()), "merged");
    prop_assert_eq!(settled(replaced), settled(after.clone()), "replaced");
    prop_assert_eq!(changes.is_empty(), before == after);
    prop_assert!(changes.fields().all(|name| before.get(name) != after.get(name)));
    Ok(())
}

proptest! {
    #[test]
    fn changes_turn_one_object_into_the_other(before in object(), after in object()) {
        let changes = Changes::between(&before, &after).map_err(fail)?;

        check(&before, &after, &changes)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn changes_turn_one_user_into_the_other(
        before in shaped_as(&model("User").sample()),
        after in shaped_as(&model("User").sample()),
    ) {
        let before: User = serde_json::from_value(before).map_err(fail)?;
        let after: User = serde_json::from_value(after).map_err(fail)?;

        let changes = Changes::between(&before, &after).map_err(fail)?;

        let before = serde_json::to_value(before).map_err(fail)?;
        check(&before, &serde_json::to_value(after).map_err(fail)?, &changes)?;
    }

    #[test]
    fn a_user_that_did_not_change_has_no_changes(user in shaped_as(&model("User").sample())) {
        let user: User = serde_json::from_value(user).map_err(fail)?;

        prop_assert!(Changes::between(&user, &user.clone()).map_err(fail)?.is_empty());
    }
}
