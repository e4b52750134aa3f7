//! Generated passwords satisfy every set of requirements that can be satisfied.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;
use trivore::models::{PasswordRequirements, PasswordRule};
use trivore::users::PasswordGenerator;

/// A rule that is absent, off, negative, usual, or absurd.
fn number(usual: std::ops::RangeInclusive<i64>) -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        1 => Just(Some(0)),
        1 => prop_oneof![Just(Some(-1)), Just(Some(i64::MIN)), Just(Some(i64::MAX))],
        6 => usual.prop_map(Some),
    ]
}

fn requirements() -> impl Strategy<Value = PasswordRequirements> {
    let lengths = (number(1..=40), number(1..=60), number(1..=5));
    let runs = (number(1..=5), number(1..=5), number(1..=5), number(1..=5));
    let others = (number(1..=9), any::<Option<bool>>(), any::<Option<bool>>());
    (lengths, runs, others).prop_map(|((min, max, classes), runs, others)| {
        let mut rules = PasswordRequirements::default();
        (rules.min_length, rules.max_length, rules.number_of_characteristics) = (min, max, classes);
        rules.alphabetical_sequence_max_length = runs.0;
        rules.numerical_sequence_max_length = runs.1;
        rules.qwerty_sequence_max_length = runs.2;
        rules.repeat_character_length = runs.3;
        rules.history_length = others.0;
        rules.username_forbidden = others.1;
        rules.dictionary_check = others.2;
        rules
    })
}

/// Whether passwords of at least `floor` characters can satisfy the requirements.
fn is_satisfiable(rules: &PasswordRequirements, floor: i64) -> bool {
    let on = |number: Option<i64>, off: i64| number.filter(|number| *number > 0).unwrap_or(off);
    let (min, max) = (on(rules.min_length, 0), on(rules.max_length, i64::MAX));
    let classes = on(rules.number_of_characteristics, 0);
    min <= max && min <= 1024 && max >= floor && classes <= 4 && classes <= max
}

fn check(rules: &PasswordRequirements, username: &str, floor: i64) -> Result<(), TestCaseError> {
    let generator = PasswordGenerator::new()
        .avoiding(username)
        .allow_weak(usize::try_from(floor).unwrap())
        .satisfying(rules);

    let started = Instant::now();
    let result = generator.generate();
    let took = started.elapsed();

    prop_assert!(took < Duration::from_millis(500), "{:?}", took);
    if !is_satisfiable(rules, floor) {
        let error = result.unwrap_err();
        prop_assert!(error.is_invalid_input(), "{}", error);
        return Ok(());
    }
    let password = result.map_err(|error| TestCaseError::fail(format!("{rules:?}: {error}")))?;
    let check = rules.check(password.expose(), username);
    prop_assert_eq!(check.failed(), []);
    // The service decides only what nobody else can.
    let is_unknowable = |rule: &PasswordRule| {
        matches!(rule, PasswordRule::Dictionary | PasswordRule::History)
            || (*rule == PasswordRule::Username && username.is_empty())
    };
    prop_assert!(check.unclear().iter().all(is_unknowable), "{:?}", check);
    let length = i64::try_from(password.expose().len()).unwrap();
    prop_assert!(length >= floor.min(8));
    Ok(())
}

proptest! {
    #[test]
    fn every_satisfiable_set_is_satisfied_and_others_are_errors(
        rules in requirements(),
        username in prop_oneof!["", "[a-zA-Z0-9_.-]{1,3}", "[a-z]{4,12}", "\\PC{1,4}"],
    ) {
        check(&rules, &username, 8)?;
    }

    #[test]
    fn short_passwords_are_generated_if_the_caller_says_so(
        rules in requirements(),
        username in prop_oneof!["", "[a-zA-Z0-9_.-]{1,2}"],
        floor in 1_i64..8,
    ) {
        check(&rules, &username, floor)?;
    }
}
