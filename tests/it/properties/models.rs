//! Models keep unknown members, unknown enum values and unusual texts.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, from_str, json, to_value};
use trivore::models::{Page, User};
use trivore_tests::Model;

use super::strategies::{UNKNOWN, fail, shaped_as};
use crate::operations::{model, models};

fn open_models() -> Vec<&'static Model> {
    models().filter(|model| model.is_open()).collect()
}

/// Decodes values shaped like the sample, encodes them, and compares.
#[track_caller]
fn check(model: &Model) {
    let mut runner = TestRunner::new(Config::with_cases(24));
    let result = runner.run(&shaped_as(&model.sample()), |wire| {
        let read = model.read(&wire.to_string()).map_err(fail)?;

        let mut expected = always_written(model);
        expected.extend(without_nulls(wire).as_object().cloned().unwrap_or_default());
        prop_assert_eq!(read.written, Value::Object(expected));
        Ok(())
    });
    assert!(
        result.is_ok(),
        "{model:?}: {}",
        result.err().map_or_else(String::new, |e| e.to_string())
    );
}

/// Returns the members that a type writes if all of them are `null`.
fn always_written(model: &Model) -> Map<String, Value> {
    let mut nulls = model.sample();
    nulls.as_object_mut().unwrap().values_mut().for_each(|member| *member = Value::Null);
    let written = model.read(&nulls.to_string()).unwrap().written;
    written.as_object().cloned().unwrap_or_default()
}

/// Returns the expected encoding of a value: without `null`, except in unknown members.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter_map(|(name, member)| {
                if name.starts_with(UNKNOWN) || name == "customFields" {
                    let is_absent = name == "customFields" && member.is_null();
                    return (!is_absent).then_some((name, member));
                }
                (!member.is_null()).then(|| (name, without_nulls(member)))
            })
            .collect(),
        Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[test]
fn every_type_of_the_service_keeps_what_this_version_does_not_know() {
    let open = open_models();

    assert!(open.len() >= 20, "{open:?}");
    open.into_iter().for_each(check);
}

proptest! {
    #![proptest_config(Config::with_cases(12))]

    #[test]
    fn pages_keep_what_this_version_does_not_know_of_users(
        users in proptest::collection::vec(shaped_as(&model("User").sample()), 0..3),
        total in any::<u64>(),
    ) {
        let wire = json!({
            "totalResults": total, "startIndex": 0, "itemsPerPage": 100, "resources": users
        });

        let page: Page<User> = from_str(&wire.to_string()).map_err(fail)?;

        prop_assert_eq!(page.total_results, Some(total));
        prop_assert_eq!(to_value(&page).map_err(fail)?, without_nulls(wire));
    }
}

proptest! {
    #![proptest_config(Config::with_cases(128))]

    #[test]
    fn nothing_that_was_read_shows_in_debug(
        (model, wire) in select(open_models()).prop_flat_map(|model| {
            shaped_as(&model.sample()).prop_map(move |wire| (model, wire))
        })
    ) {
        const MARK: &str = "MARK";
        let marked = model.mark(wire, MARK);

        let read = model.read(&marked.to_string()).map_err(fail)?;

        prop_assert!(!read.shown.contains(MARK), "{model:?}: {}", read.shown);
    }
}
