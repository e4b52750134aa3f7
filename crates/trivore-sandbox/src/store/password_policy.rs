//! Checks passwords against the policy of a namespace.

use serde_json::{Value, json};

use super::state::State;

/// Password requirements for a user; 0 disables a number.
///
/// Whether the numbers for sequences and repeats are the longest allowed ones is a rule.
#[derive(Clone, Debug)]
pub(crate) struct PasswordRequirements {
    min_length: usize,
    max_length: usize,
    characteristics: usize,
    sequence: usize,
    history: usize,
    repeat: usize,
    /// Whether a run as long as its number is a violation.
    excludes_numbers: bool,
    forbids_username: bool,
    checks_dictionary: bool,
}

impl PasswordRequirements {
    /// Reads the requirements from the group policy of a namespace.
    pub(crate) fn of(state: &State, namespace: &str) -> Self {
        let number = |key| {
            let value = state.policy(namespace, key).and_then(Value::as_u64);
            value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0)
        };
        let flag = |key| state.policy(namespace, key).and_then(Value::as_bool).unwrap_or(false);
        Self {
            min_length: number("minPwLength"),
            max_length: MAX_LENGTH,
            characteristics: number("minCharClasses"),
            sequence: number("maxPwSequenceLength"),
            history: number("pwHistorySaved"),
            repeat: number("maxConsecutiveIdenticalChars"),
            excludes_numbers: state.rules.password_run_numbers_excluded,
            forbids_username: flag("passwordUserNameRuleEnforced"),
            checks_dictionary: flag("passwordDictionaryRuleEnforced"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "numberOfCharacteristics": self.characteristics,
            "alphabeticalSequenceMaxLength": self.sequence,
            "numericalSequenceMaxLength": self.sequence,
            "qwertySequenceMaxLength": self.sequence,
            "historyLength": self.history,
            "repeatCharacterLength": self.repeat,
            "usernameForbidden": self.forbids_username,
            "dictionaryCheck": self.checks_dictionary,
        })
    }

    /// Returns the violations of a password; `old` are the earlier passwords, newest first.
    ///
    /// The codes follow the names of Passay's rules, like the names of the requirements (inferred).
    pub(crate) fn violations(&self, password: &str, username: &str, old: &[String]) -> Vec<Value> {
        let length = password.chars().count();
        let lower = password.to_lowercase();
        let username = username.to_lowercase();
        let longest = |number: usize| number.saturating_sub(self.excludes_numbers.into()).max(1);
        let sequence =
            |rows: &[&str]| self.sequence > 0 && has_run(&lower, rows, longest(self.sequence));
        let checks = [
            (length < self.min_length, "TOO_SHORT", "is too short"),
            (length > self.max_length, "TOO_LONG", "is too long"),
            (
                characteristics(password) < self.characteristics,
                "INSUFFICIENT_CHARACTERISTICS",
                "has too few character classes",
            ),
            (
                sequence(&["abcdefghijklmnopqrstuvwxyz"]),
                "ILLEGAL_ALPHABETICAL_SEQUENCE",
                "contains an alphabetical sequence",
            ),
            (
                sequence(&["01234567890"]),
                "ILLEGAL_NUMERICAL_SEQUENCE",
                "contains a numerical sequence",
            ),
            (
                sequence(&["qwertyuiop", "asdfghjkl", "zxcvbnm"]),
                "ILLEGAL_QWERTY_SEQUENCE",
                "contains a keyboard sequence",
            ),
            (
                self.repeat > 0 && longest_repeat(password) > longest(self.repeat),
                "ILLEGAL_REPEATED_CHARS",
                "repeats a character too many times",
            ),
            (
                self.forbids_username && !username.is_empty() && lower.contains(&username),
                "ILLEGAL_USERNAME",
                "contains the username",
            ),
            (
                self.checks_dictionary && DICTIONARY.contains(&lower.as_str()),
                "ILLEGAL_WORD",
                "is a common password",
            ),
            (
                old.iter().take(self.history).any(|old| old == password),
                "HISTORY_VIOLATION",
                "has been used before",
            ),
        ];
        checks
            .into_iter()
            .filter(|(is_violated, ..)| *is_violated)
            .map(|(_, code, what)| json!({"code": code, "message": format!("Password {what}.")}))
            .collect()
    }
}

/// Counts the character classes: lower case, upper case, digits, others.
fn characteristics(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        char::is_lowercase,
        char::is_uppercase,
        |c| c.is_numeric(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric(),
    ];
    kinds.iter().filter(|kind| password.chars().any(**kind)).count()
}

/// Returns whether more than `limit` characters follow a row, forward or backward.
fn has_run(password: &str, rows: &[&str], limit: usize) -> bool {
    let characters: Vec<char> = password.chars().collect();
    characters.windows(limit.saturating_add(1)).any(|window| {
        let forward: String = window.iter().collect();
        let backward: String = window.iter().rev().collect();
        rows.iter().any(|row| row.contains(&forward) || row.contains(&backward))
    })
}

fn longest_repeat(password: &str) -> usize {
    let mut longest = 0;
    let mut current = 0;
    let mut previous = None;
    for character in password.chars() {
        current = if previous == Some(character) { current + 1 } else { 1 };
        longest = longest.max(current);
        previous = Some(character);
    }
    longest
}

/// Limit on the length of a password in every namespace.
pub(crate) const MAX_LENGTH: usize = 100;

const DICTIONARY: &[&str] = &[
    "123456789",
    "1q2w3e4r",
    "administrator",
    "football1",
    "iloveyou1",
    "letmein123",
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "salasana",
    "salasana1",
    "salasana123",
    "sunshine1",
    "trivore123",
    "welcome1",
    "welcome123",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, expected: &[&str]) {
        let requirements = PasswordRequirements {
            min_length: 8,
            max_length: 20,
            characteristics: 2,
            sequence: 4,
            history: 1,
            repeat: 3,
            excludes_numbers: false,
            forbids_username: true,
            checks_dictionary: true,
        };
        let old = ["Older.Secret".to_owned(), "Oldest.Secret".to_owned()];
        let violations = requirements.violations(password, "John", &old);
        let codes: Vec<&str> = violations.iter().filter_map(|v| v["code"].as_str()).collect();
        assert_eq!(codes, expected, "{password}");
    }

    #[test]
    fn numbers_of_runs_may_be_excluded() {
        let requirements = |excludes_numbers| PasswordRequirements {
            min_length: 0,
            max_length: 20,
            characteristics: 0,
            sequence: 4,
            history: 0,
            repeat: 3,
            excludes_numbers,
            forbids_username: false,
            checks_dictionary: false,
        };
        for (password, violations) in [("xabcd", 1), ("xabc", 0), ("aaa", 1), ("aa", 0)] {
            let found = |excludes| requirements(excludes).violations(password, "", &[]).len();

            assert_eq!((found(false), found(true)), (0, violations), "{password}");
        }
    }

    #[test]
    fn names_each_violation() {
        check("kT9wzRbQxLm3pVd", &[]);
        check("Oldest.Secret", &[]);
        check("a", &["TOO_SHORT", "INSUFFICIENT_CHARACTERISTICS"]);
        check("kT9wzRbQxLm3pVdkT9wzR", &["TOO_LONG"]);
        check("xabcdexX", &["ILLEGAL_ALPHABETICAL_SEQUENCE"]);
        check("xabcdxxX", &[]);
        check("x54321xX", &["ILLEGAL_NUMERICAL_SEQUENCE"]);
        check("xqWertxX", &["ILLEGAL_QWERTY_SEQUENCE"]);
        check("xaaaaxXy", &["ILLEGAL_REPEATED_CHARS"]);
        check("xjoHnxXy", &["ILLEGAL_USERNAME"]);
        check("Password1", &["ILLEGAL_WORD"]);
        check("Older.Secret", &["HISTORY_VIOLATION"]);
    }
}
