//! The rules of passwords, in words.

use serde::Serialize;
use trivore::models::{PasswordRequirements, PasswordRule};

/// A rule that is in force, and whether a password follows it.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct RuleOutcome {
    /// The JSON name of the requirement.
    pub(crate) rule: &'static str,
    pub(crate) requirement: String,
    /// `followed`, `violated`, or `unclear` if only the service can tell.
    pub(crate) outcome: &'static str,
}

impl RuleOutcome {
    pub(crate) fn is_violated(&self) -> bool {
        self.outcome == VIOLATED
    }
}

/// Checks a password against the rules that are in force.
pub(crate) fn check_rules(
    requirements: &PasswordRequirements,
    password: &str,
    username: &str,
) -> Vec<RuleOutcome> {
    let check = requirements.check(password, username);
    let in_force = RULES.iter().filter_map(|rule| {
        let (rule, name) = *rule;
        let requirement = requirement(requirements, rule)?;
        let outcome = if check.failed().contains(&rule) {
            VIOLATED
        } else if check.unclear().contains(&rule) {
            "unclear"
        } else {
            "followed"
        };
        Some(RuleOutcome { rule: name, requirement, outcome })
    });
    in_force.collect()
}

/// Says what a rule demands, if it is in force.
fn requirement(requirements: &PasswordRequirements, rule: PasswordRule) -> Option<String> {
    let number = |number: Option<i64>| number.filter(|number| *number > 0);
    let flag = |flag: Option<bool>, words: &str| (flag == Some(true)).then(|| words.to_owned());
    match rule {
        PasswordRule::MinLength => {
            number(requirements.min_length).map(|n| format!("at least {n} characters"))
        }
        PasswordRule::MaxLength => {
            number(requirements.max_length).map(|n| format!("at most {n} characters"))
        }
        PasswordRule::Characteristics => number(requirements.number_of_characteristics).map(|n| {
            format!("at least {n} of: lower-case letters, upper-case letters, digits, others")
        }),
        PasswordRule::AlphabeticalSequence => number(requirements.alphabetical_sequence_max_length)
            .map(|n| format!("at most {n} letters in alphabetical order, such as abc")),
        PasswordRule::NumericalSequence => number(requirements.numerical_sequence_max_length)
            .map(|n| format!("at most {n} digits in order, such as 123")),
        PasswordRule::QwertySequence => number(requirements.qwerty_sequence_max_length)
            .map(|n| format!("at most {n} neighboring keys in order, such as qwe")),
        PasswordRule::RepeatedCharacter => number(requirements.repeat_character_length)
            .map(|n| format!("at most {n} times the same character in a row")),
        PasswordRule::Username => flag(requirements.username_forbidden, "without the user name"),
        PasswordRule::Dictionary => flag(requirements.dictionary_check, "no word of a dictionary"),
        PasswordRule::History => {
            number(requirements.history_length).map(|n| format!("none of the last {n} passwords"))
        }
        _ => None,
    }
}

const VIOLATED: &str = "violated";

const RULES: [(PasswordRule, &str); 10] = [
    (PasswordRule::MinLength, "minLength"),
    (PasswordRule::MaxLength, "maxLength"),
    (PasswordRule::Characteristics, "numberOfCharacteristics"),
    (PasswordRule::AlphabeticalSequence, "alphabeticalSequenceMaxLength"),
    (PasswordRule::NumericalSequence, "numericalSequenceMaxLength"),
    (PasswordRule::QwertySequence, "qwertySequenceMaxLength"),
    (PasswordRule::RepeatedCharacter, "repeatCharacterLength"),
    (PasswordRule::Username, "usernameForbidden"),
    (PasswordRule::Dictionary, "dictionaryCheck"),
    (PasswordRule::History, "historyLength"),
];

#[cfg(test)]
mod tests {
    use trivore::models::PasswordRequirements;

    use super::{RuleOutcome, check_rules};

    #[test]
    fn rules_in_force_are_checked_and_said_in_words() {
        let mut requirements = PasswordRequirements::default();
        requirements.min_length = Some(8);
        requirements.max_length = Some(0);
        requirements.username_forbidden = Some(true);
        requirements.history_length = Some(3);

        let rule = |rule, requirement: &str, outcome| RuleOutcome {
            rule,
            requirement: requirement.to_owned(),
            outcome,
        };
        assert_eq!(
            check_rules(&requirements, "jane1", "jane"),
            [
                rule("minLength", "at least 8 characters", "violated"),
                rule("usernameForbidden", "without the user name", "violated"),
                rule("historyLength", "none of the last 3 passwords", "unclear"),
            ]
        );
    }
}
