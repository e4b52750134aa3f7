//! A round trip through `User` loses nothing but `null`s, whatever the service sends.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{Changes, Page, User};

const TEXTS: [&str; 21] = [
    "id",
    "username",
    "userAccountType",
    "nsCode",
    "locale",
    "preferredLanguage",
    "timeZone",
    "mfaMethod",
    "nickName",
    "screenName",
    "websiteMain",
    "domicileCode",
    "dateOfBirth",
    "gender",
    "sex",
    "nationality",
    "salutation",
    "title",
    "birthFirstName",
    "birthLastName",
    "placeOfBirth",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn text() -> impl Strategy<Value = Value> {
    any::<String>().prop_map(Value::from)
}

fn or_null(strategy: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![3 => strategy, 1 => Just(Value::Null)]
}

fn list(element: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(or_null(element), 0..4).prop_map(Value::from)
}

/// Generates objects with the given fields, sometimes `null`, and with unknown fields.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let known: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            prop::option::of(or_null(value)).prop_map(move |value| (name.to_owned(), value))
        })
        .collect();
    let unknown = prop::collection::btree_map("zz.{0,3}", anything(), 0..3);
    (known, unknown)
        .prop_map(|(known, unknown)| {
            let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
            Value::Object(known.chain(unknown).collect())
        })
        .boxed()
}

fn user() -> impl Strategy<Value = Value> {
    let boolean = || any::<bool>().prop_map(Value::from).boxed();
    let tags = || list(text()).boxed();
    let email = object(vec![
        ("address", text().boxed()),
        ("verified", boolean()),
        ("verifiedDateTime", text().boxed()),
        ("tags", tags()),
    ]);
    let mobile = object(vec![("number", text().boxed()), ("tags", tags())]);
    let address = object(vec![
        ("type", text().boxed()),
        ("organisation", text().boxed()),
        ("from", text().boxed()),
        ("tags", tags()),
    ]);
    let mut fields: Vec<_> = TEXTS.iter().map(|name| (*name, text().boxed())).collect();
    fields.extend([
        ("locked", boolean()),
        ("minor", boolean()),
        ("memberOf", tags()),
        ("tags", tags()),
        ("domicileClasses", tags()),
        ("emails", list(prop_oneof![email, text()]).boxed()),
        ("mobiles", list(prop_oneof![mobile, text()]).boxed()),
        ("addresses", list(address).boxed()),
        ("name", object(vec![("givenName", text().boxed())])),
        ("consents", object(vec![("profiling", boolean())])),
        ("meta", object(vec![("created", text().boxed())])),
        ("place_of_birth", object(vec![("country", text().boxed())])),
        (
            "strongIdentification",
            object(vec![
                ("personalId", text().boxed()),
                ("method", text().boxed()),
                ("count", any::<i64>().prop_map(Value::from).boxed()),
            ]),
        ),
        (
            "customFields",
            prop::collection::btree_map(".{0,4}", anything(), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
                .boxed(),
        ),
    ]);
    object(fields)
}

/// Returns the expected JSON after a round trip: without `null`s in known fields.
fn expected(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| {
                let is_kept = name.starts_with("zz") || name == "placeOfBirth";
                let value = match name.as_str() {
                    _ if is_kept => value.clone(),
                    "customFields" => value.clone(),
                    "emails" => spelled_out(value, "address"),
                    "mobiles" => spelled_out(value, "number"),
                    _ => expected(value),
                };
                (is_kept || !value.is_null()).then(|| (name.clone(), value))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => {
            elements.iter().filter(|element| !element.is_null()).map(expected).collect()
        }
        other => other.clone(),
    }
}

fn spelled_out(list: &Value, field: &str) -> Value {
    let Value::Array(elements) = list else {
        return list.clone();
    };
    let elements = elements.iter().map(|element| match element {
        Value::String(text) => json!({ field: text }),
        other => other.clone(),
    });
    expected(&elements.collect())
}

proptest! {
    #[test]
    fn a_user_is_written_as_it_was_read(input in user()) {
        let text = input.to_string();

        let user: User = serde_json::from_str(&text).unwrap();
        let written = serde_json::to_string(&user).unwrap();

        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), expected(&input));
        prop_assert_eq!(&serde_json::from_str::<User>(&written).unwrap(), &user);
        prop_assert!(Changes::between(&user, &user).unwrap().is_empty());
    }

    #[test]
    fn changes_lead_from_one_user_to_another(before in user(), after in user()) {
        let before: User = serde_json::from_value(before).unwrap();
        let mut after: User = serde_json::from_value(after).unwrap();

        let changes = Changes::between(&before, &after).unwrap();

        after.id.clone_from(&before.id);
        after.email.clone_from(&before.email);
        after.meta.clone_from(&before.meta);
        after.strong_identification.clone_from(&before.strong_identification);
        let json = |user: &User| serde_json::to_value(user).unwrap();
        let expected = without_nulls(json(&after));
        match (changes.apply_to(&before), after.validate_change(&before)) {
            (Ok(applied), Ok(())) => prop_assert_eq!(&without_nulls(json(&applied)), &expected),
            (applied, limits) => prop_assert!(applied.is_err() && limits.is_err()),
        }
        let sent = serde_json::to_value(&changes).unwrap();
        prop_assert_eq!(&without_nulls(replaced(json(&before), &sent)), &expected);
        let merged_once = merged(json(&before), &sent);
        let response: User = serde_json::from_value(merged_once.clone()).unwrap();
        let remaining = changes.remaining(&before, &response).unwrap();
        let merged = match remaining.with_nulls() {
            Some(nulls) => merged(merged_once, &serde_json::to_value(nulls).unwrap()),
            None => merged_once,
        };
        prop_assert_eq!(&without_nulls(merged), &expected);
    }

    #[test]
    fn combined_changes_do_the_same_as_both_in_order(
        before in user(), between in user(), after in user(),
    ) {
        let [before, mut between, mut after] =
            [before, between, after].map(|user| serde_json::from_value::<User>(user).unwrap());
        // See the next test for what merging services do with these.
        for user in [&mut between, &mut after] {
            user.custom_fields.clone_from(&before.custom_fields);
            user.extra.clone_from(&before.extra);
        }
        let first = Changes::between(&before, &between).unwrap();
        let later = Changes::between(&between, &after).unwrap();
        let both = serde_json::to_value(first.clone().then(later.clone())).unwrap();
        let (first, later) =
            (serde_json::to_value(first).unwrap(), serde_json::to_value(later).unwrap());
        let before = serde_json::to_value(&before).unwrap();

        let in_order = replaced(replaced(before.clone(), &first), &later);
        prop_assert_eq!(without_nulls(replaced(before.clone(), &both)), without_nulls(in_order));
        let is_cleared_and_set_again = both.as_object().unwrap().keys().any(|field| {
            first.get(field).is_some_and(Value::is_null) && later[field].is_object()
        });
        if !is_cleared_and_set_again {
            let in_order = known(merged(merged(before.clone(), &first), &later));
            prop_assert_eq!(known(merged(before, &both)), in_order);
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), json in anything()) {
        let _ = serde_json::from_str::<User>(&text);
        let _ = serde_json::from_value::<User>(json.clone());
        let _ = serde_json::from_value::<Page<User>>(json);
    }
}

/// The three ways in which combined changes differ from both in order if objects are merged.
#[test]
fn combined_changes_differ_for_merging_services_as_documented() {
    let apply = |before: &Value, changes: &[&Changes]| {
        let apply =
            |value, changes: &&Changes| merged(value, &serde_json::to_value(changes).unwrap());
        without_nulls(changes.iter().fold(before.clone(), apply))
    };
    let changes = |json: Value| serde_json::from_value::<Changes>(json).unwrap();
    for (before, first, later, in_order, combined) in [
        // The later update was made without the earlier one.
        (
            json!({}),
            json!({"name": {"givenName": "A", "middleName": "B"}}),
            json!({"name": {"givenName": "C"}}),
            json!({"name": {"givenName": "C", "middleName": "B"}}),
            json!({"name": {"givenName": "C"}}),
        ),
        // An object is cleared and set again.
        (
            json!({"name": {"middleName": "B"}}),
            json!({"name": null}),
            json!({"name": {"givenName": "C"}}),
            json!({"name": {"givenName": "C"}}),
            json!({"name": {"givenName": "C", "middleName": "B"}}),
        ),
        // A member of the application's data is added and removed.
        (
            json!({"customFields": {"a": 1}}),
            json!({"customFields": {"a": 1, "b": 2}}),
            json!({"customFields": {"a": 3}}),
            json!({"customFields": {"a": 3, "b": 2}}),
            json!({"customFields": {"a": 3}}),
        ),
    ] {
        let (first, later) = (changes(first), changes(later));
        let both = first.clone().then(later.clone());

        assert_eq!(apply(&before, &[&first, &later]), in_order);
        assert_eq!(apply(&before, &[&both]), combined);
        // A service that replaces objects does the same in both ways.
        let json = |changes: &Changes| serde_json::to_value(changes).unwrap();
        let once = without_nulls(replaced(before.clone(), &json(&both)));
        let twice = replaced(replaced(before.clone(), &json(&first)), &json(&later));
        assert_eq!(once, without_nulls(twice));
        assert_eq!(both.apply_to(&before).unwrap(), once);
    }
}

/// Leaves out what is no field of the service's at any depth, and `null`s.
fn known(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(name, value)| {
                !value.is_null() && !name.starts_with("zz") && name != "placeOfBirth"
            });
            Value::Object(members.map(|(name, value)| (name, known(value))).collect())
        }
        other => other,
    }
}

/// Applies changes like a server that replaces nested objects.
fn replaced(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

/// Applies changes like a server that merges nested objects.
fn merged(object: Value, changes: &Value) -> Value {
    let (Value::Object(mut object), Value::Object(changes)) = (object, changes) else {
        return changes.clone();
    };
    for (name, value) in changes {
        let old = object.remove(name).unwrap_or_default();
        object.insert(name.clone(), merged(old, value));
    }
    Value::Object(object)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        other => other,
    }
}
