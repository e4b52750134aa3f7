//! Models keep unknown members, unknown enum values and unusual texts.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, from_str, json, to_value};
use trivore::models::{
    Enterprise, ExternalPermission, ExternalPermissionGrant, GroupMembership, LegalInfo, Page,
    PasswordRequirements, Profile, StrongIdentification, StudentState, User,
};

use super::samples;
use super::strategies::{UNKNOWN, fail, shaped_as};

/// Decodes values shaped like the sample, encodes them, and compares.
#[track_caller]
fn check(sample: &Value, read_and_write: fn(&str) -> serde_json::Result<Value>) {
    let mut runner = TestRunner::new(Config::with_cases(24));
    let result = runner.run(&shaped_as(sample), |wire| {
        let written = read_and_write(&wire.to_string()).map_err(fail)?;

        prop_assert_eq!(written, without_nulls(wire));
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.err().map_or_else(String::new, |error| error.to_string()));
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
fn users_keep_what_this_version_does_not_know() {
    check(&samples::user(), |text| to_value(from_str::<User>(text)?));
}

#[test]
fn legal_info_keeps_what_this_version_does_not_know() {
    check(&samples::legal_info(), |text| to_value(from_str::<LegalInfo>(text)?));
}

#[test]
fn identifications_keep_what_this_version_does_not_know() {
    check(&samples::strong_identification(), |text| {
        to_value(from_str::<StrongIdentification>(text)?)
    });
}

#[test]
fn enterprises_keep_what_this_version_does_not_know() {
    check(&samples::enterprise(), |text| to_value(from_str::<Enterprise>(text)?));
}

#[test]
fn profiles_keep_what_this_version_does_not_know() {
    check(&samples::profile(), |text| to_value(from_str::<Profile>(text)?));
}

#[test]
fn small_types_keep_what_this_version_does_not_know() {
    check(&samples::student_state(), |text| to_value(from_str::<StudentState>(text)?));
    check(&samples::password_requirements(), |text| {
        to_value(from_str::<PasswordRequirements>(text)?)
    });
    check(&samples::external_permission_grant(), |text| {
        to_value(from_str::<ExternalPermissionGrant>(text)?)
    });
    check(&samples::external_permission(), |text| to_value(from_str::<ExternalPermission>(text)?));
    check(&samples::group_membership(), |text| to_value(from_str::<GroupMembership>(text)?));
}

proptest! {
    #![proptest_config(Config::with_cases(12))]

    #[test]
    fn pages_keep_what_this_version_does_not_know_of_users(
        users in proptest::collection::vec(shaped_as(&samples::user()), 0..3),
        total in any::<u64>(),
    ) {
        let wire = json!({
            "totalResults": total, "startIndex": 0, "itemsPerPage": 100, "resources": users
        });

        let page: Page<User> = from_str(&wire.to_string()).map_err(fail)?;

        prop_assert_eq!(page.total_results, Some(total));
        prop_assert_eq!(to_value(&page).map_err(fail)?, without_nulls(wire));
    }

    #[test]
    fn nothing_that_was_read_shows_in_debug(wire in shaped_as(&samples::legal_info())) {
        const MARK: &str = "MARK";
        let marked = mark(wire, MARK);

        let read: LegalInfo = serde_json::from_value(marked).map_err(fail)?;

        let shown = format!("{read:?} {read:#?}");
        prop_assert!(!shown.contains(MARK), "{}", shown);
    }
}

/// Adds a mark to every text of a value.
fn mark(value: Value, text: &str) -> Value {
    match value {
        Value::String(own) => Value::String(format!("{text}{own}")),
        Value::Array(elements) => elements.into_iter().map(|one| mark(one, text)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| {
                let is_shown = name == "lastUpdatedAt";
                let member = if is_shown { member } else { mark(member, text) };
                (name, member)
            })
            .collect(),
        other => other,
    }
}
