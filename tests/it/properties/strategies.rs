//! Strategies: texts with special characters, JSON, and JSON of a given shape.

use std::fmt::Display;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

/// Any text, with a high proportion of special characters.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let special =
        select("/.%?#\"\\+&=:;<>{}[]()'` \n\r\t\0å\u{feff}\u{202e}😀".chars().collect::<Vec<_>>());
    let words = select(vec!["..", "%2e", "%2F", "\" or a pr", "\\u0000", "null", "", "http://x/"]);
    let mixed = vec(prop_oneof![any::<char>(), special], 0..12)
        .prop_map(|characters| characters.into_iter().collect());
    prop_oneof![4 => mixed, 1 => words.prop_map(str::to_owned)]
}

/// Any JSON of moderate size. Its numbers are integers, which all JSON readers keep exactly.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// A JSON object with few possible names, so that two objects often share some.
pub(crate) fn object() -> impl Strategy<Value = Value> {
    let members = || select(vec!["a", "b", "c"]).prop_map(str::to_owned);
    let leaf = prop_oneof![Just(Value::Null), (0..3_i64).prop_map(Value::from)];
    let inner = leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(members(), inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    });
    btree_map(members(), inner, 0..4)
        .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
}

/// JSON shaped like a sample: any part may be missing or `null`, texts vary, and each object may
/// have additional members, whose names begin with [`UNKNOWN`].
///
/// In a sample, `{"*": "text"}` stands for a map of texts and `{"*": null}` for a map of any
/// values.
pub(crate) fn shaped_as(sample: &Value) -> BoxedStrategy<Value> {
    match sample {
        Value::Object(members) => match members.get("*") {
            Some(Value::Null) => map(json().boxed()),
            Some(_) => map(text().prop_map(Value::from).boxed()),
            None => object_as(members),
        },
        Value::Array(elements) => {
            let element = elements.first().map_or_else(|| Just(Value::Null).boxed(), shaped_as);
            vec(element, 0..3).prop_map(Value::from).boxed()
        }
        Value::String(sample) => {
            prop_oneof![Just(sample.clone()), text()].prop_map(Value::from).boxed()
        }
        Value::Number(_) => (0..i64::from(u32::MAX)).prop_map(Value::from).boxed(),
        Value::Bool(_) => any::<bool>().prop_map(Value::from).boxed(),
        Value::Null => Just(Value::Null).boxed(),
    }
}

fn map(value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    btree_map(text(), value, 0..3)
        .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
        .boxed()
}

fn object_as(members: &Map<String, Value>) -> BoxedStrategy<Value> {
    let known: Vec<_> = members
        .iter()
        .map(|(name, sample)| {
            let value = prop_oneof![
                4 => shaped_as(sample).prop_map(Some),
                1 => Just(Some(Value::Null)),
                4 => Just(None),
            ];
            let name = name.clone();
            value.prop_map(move |value| value.map(|value| (name.clone(), value)))
        })
        .collect();
    let unknown = btree_map(text().prop_map(|name| format!("{UNKNOWN}{name}")), json(), 0..3);
    (known, unknown)
        .prop_map(|(known, unknown)| {
            known.into_iter().flatten().chain(unknown).collect::<Map<_, _>>().into()
        })
        .boxed()
}

/// Fails a case because of an unexpected error.
pub(crate) fn fail(error: impl Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// Prefix of the names of unknown members.
pub(crate) const UNKNOWN: &str = "zz";
