//! Checks a password against the requirements of the service, as far as they are known.

use std::fmt;

use crate::PasswordRequirements;

impl PasswordRequirements {
    /// Checks a password for a user with this username; the username is empty if it is not known.
    ///
    /// Some details are not documented, and some rules need what only the service has. Where they
    /// decide, the result lists the rule as [unclear](PasswordCheck::unclear):
    ///
    /// - the dictionary and the user's earlier passwords;
    /// - a sequence or repetition that is exactly as long as the number in the rule, one that
    ///   continues from `z` to `a` or from `9` to `0`, and one in the row of digits of a keyboard;
    /// - the class of letters other than `a` to `z`, and the length of characters beyond Unicode's
    ///   first plane, which some programming languages count twice;
    /// - the reversed username, and characters that are repeated in other case.
    ///
    /// A number that is not positive presumably disables its rule (inferred).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{PasswordRequirements, PasswordRule};
    ///
    /// let json = r#"{"minLength": 8, "numberOfCharacteristics": 3, "usernameForbidden": true,
    ///     "dictionaryCheck": true}"#;
    /// let requirements: PasswordRequirements = serde_json::from_str(json)?;
    ///
    /// let check = requirements.check("Maija-1", "maija");
    /// assert_eq!(check.failed(), [PasswordRule::MinLength, PasswordRule::Username]);
    /// assert_eq!(check.unclear(), [PasswordRule::Dictionary]);
    ///
    /// assert!(requirements.check("Sininen-Kuu-42", "maija").failed().is_empty());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn check(&self, candidate: &str, username: &str) -> PasswordCheck {
        use Verdict::{Fails, Passes, Unclear};

        let number = |number: Option<i64>| {
            number.and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0)
        };
        let is_on = |flag: Option<bool>| flag == Some(true);
        let lower: Vec<char> = candidate.to_lowercase().chars().collect();
        let (characters, units) = (candidate.chars().count(), candidate.encode_utf16().count());

        let min_length =
            number(self.min_length).map_or(Passes, |min| verdict(units < min, characters < min));
        let max_length =
            number(self.max_length).map_or(Passes, |max| verdict(characters > max, units > max));
        let classes = number(self.number_of_characteristics).map_or(Passes, |needed| {
            verdict(classes(candidate) < needed, ascii_classes(candidate) < needed)
        });
        let sequence = |limit: Option<i64>, rows: &[&str], more: &[&str]| {
            number(limit).map_or(Passes, |limit| {
                let certain = longest_sequence(&lower, rows);
                let possible = certain.max(longest_sequence(&lower, more));
                verdict(certain > limit, possible > below(limit))
            })
        };
        let repeat = number(self.repeat_character_length).map_or(Passes, |limit| {
            let exact: Vec<char> = candidate.chars().collect();
            verdict(longest_repeat(&exact) > limit, longest_repeat(&lower) > below(limit))
        });
        let username =
            if is_on(self.username_forbidden) { check_username(&lower, username) } else { Passes };

        let verdicts = [
            (PasswordRule::MinLength, min_length),
            (PasswordRule::MaxLength, max_length),
            (PasswordRule::Characteristics, classes),
            (
                PasswordRule::AlphabeticalSequence,
                sequence(self.alphabetical_sequence_max_length, &[ALPHABET], &[WRAPPED_ALPHABET]),
            ),
            (
                PasswordRule::NumericalSequence,
                sequence(self.numerical_sequence_max_length, &[DIGITS], &[WRAPPED_DIGITS]),
            ),
            (
                PasswordRule::QwertySequence,
                sequence(self.qwerty_sequence_max_length, &KEYBOARD, &[WRAPPED_DIGITS]),
            ),
            (PasswordRule::RepeatedCharacter, repeat),
            (PasswordRule::Username, username),
            (PasswordRule::Dictionary, if is_on(self.dictionary_check) { Unclear } else { Passes }),
            (PasswordRule::History, number(self.history_length).map_or(Passes, |_| Unclear)),
        ];
        let with = |wanted| {
            let rules = verdicts.iter().filter(|(_, verdict)| *verdict == wanted);
            rules.map(|(rule, _)| *rule).collect()
        };
        PasswordCheck { failed: with(Fails), unclear: with(Unclear) }
    }
}

/// Which rules a password breaks.
///
/// # Examples
///
/// ```
/// use trivore_models::{PasswordRequirements, PasswordRule};
///
/// let mut requirements = PasswordRequirements::default();
/// requirements.repeat_character_length = Some(2);
///
/// let check = requirements.check("aaa", "");
/// assert_eq!(check.failed(), [PasswordRule::RepeatedCharacter]);
/// assert_eq!(check.to_string(), "the password repeats a character too often");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordCheck {
    failed: Vec<PasswordRule>,
    unclear: Vec<PasswordRule>,
}

impl PasswordCheck {
    /// Returns the rules that the password breaks.
    pub fn failed(&self) -> &[PasswordRule] {
        &self.failed
    }

    /// Returns the rules of which only the service can tell.
    pub fn unclear(&self) -> &[PasswordRule] {
        &self.unclear
    }
}

impl fmt::Display for PasswordCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "the password ";
        for rule in &self.failed {
            write!(f, "{separator}{}", rule.violation())?;
            separator = ", ";
        }
        match (self.failed.is_empty(), self.unclear.is_empty()) {
            (false, _) => Ok(()),
            (true, true) => f.write_str("the password breaks no rule"),
            (true, false) => f.write_str("the password breaks no rule that can be checked here"),
        }
    }
}

/// A rule of [`PasswordRequirements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PasswordRule {
    /// `minLength`
    MinLength,
    /// `maxLength`
    MaxLength,
    /// `numberOfCharacteristics`
    Characteristics,
    /// `alphabeticalSequenceMaxLength`
    AlphabeticalSequence,
    /// `numericalSequenceMaxLength`
    NumericalSequence,
    /// `qwertySequenceMaxLength`
    QwertySequence,
    /// `repeatCharacterLength`
    RepeatedCharacter,
    /// `usernameForbidden`
    Username,
    /// `dictionaryCheck`; only the service has the dictionary.
    Dictionary,
    /// `historyLength`; only the service has the earlier passwords.
    History,
}

impl PasswordRule {
    fn violation(self) -> &'static str {
        match self {
            Self::MinLength => "is too short",
            Self::MaxLength => "is too long",
            Self::Characteristics => "has too few kinds of characters",
            Self::AlphabeticalSequence => "has a sequence of the alphabet",
            Self::NumericalSequence => "has a sequence of digits",
            Self::QwertySequence => "has a sequence of keys",
            Self::RepeatedCharacter => "repeats a character too often",
            Self::Username => "contains the username",
            Self::Dictionary => "is in a dictionary",
            Self::History => "was used before",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passes,
    Unclear,
    Fails,
}

fn verdict(fails: bool, may_fail: bool) -> Verdict {
    match (fails, may_fail) {
        (true, _) => Verdict::Fails,
        (false, true) => Verdict::Unclear,
        (false, false) => Verdict::Passes,
    }
}

/// The longest run that is allowed for certain: the number in the rule may be forbidden already.
fn below(limit: usize) -> usize {
    limit.saturating_sub(1).max(1)
}

fn check_username(lower: &[char], username: &str) -> Verdict {
    let name: Vec<char> = username.to_lowercase().chars().collect();
    let contains = |part: &[char]| lower.windows(part.len().max(1)).any(|window| window == part);
    let reversed: Vec<char> = name.iter().rev().copied().collect();
    if name.is_empty() {
        return Verdict::Unclear;
    }
    verdict(contains(&name), contains(&reversed))
}

/// Counts lower case, upper case, digits and others.
fn classes(text: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| {
            !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric()
        }];
    kinds.iter().filter(|kind| text.chars().any(**kind)).count()
}

fn ascii_classes(text: &str) -> usize {
    let kinds: [fn(&u8) -> bool; 4] = [
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
        u8::is_ascii_digit,
        u8::is_ascii_punctuation,
    ];
    kinds.iter().filter(|kind| text.bytes().any(|byte| kind(&byte))).count()
}

/// Returns the longest run along one of the rows, in one direction.
fn longest_sequence(text: &[char], rows: &[&str]) -> usize {
    let lengths = rows.iter().flat_map(|row| {
        let step = |a: char, b: char| {
            let row = row.as_bytes();
            row.windows(2).any(|pair| char::from(pair[0]) == a && char::from(pair[1]) == b)
        };
        [longest_run(text, step), longest_run(text, move |a, b| step(b, a))]
    });
    lengths.max().unwrap_or_default()
}

fn longest_repeat(text: &[char]) -> usize {
    longest_run(text, |a, b| a == b)
}

fn longest_run(text: &[char], continues: impl Fn(char, char) -> bool) -> usize {
    let mut longest = usize::from(!text.is_empty());
    let mut run = longest;
    for pair in text.windows(2) {
        run = if continues(pair[0], pair[1]) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";
const WRAPPED_ALPHABET: &str = "abcdefghijklmnopqrstuvwxyza";
const DIGITS: &str = "0123456789";
const WRAPPED_DIGITS: &str = "01234567890";
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(rules: Value, password: &str, failed: &[PasswordRule], unclear: &[PasswordRule]) {
        let requirements: PasswordRequirements = serde_json::from_value(rules).unwrap();
        let check = requirements.check(password, "Maija");
        assert_eq!((check.failed(), check.unclear()), (failed, unclear), "{password}");
    }

    #[test]
    fn no_rules_or_rules_that_are_off_reject_nothing() {
        let off = json!({
            "minLength": 0, "maxLength": -1, "numberOfCharacteristics": 0, "historyLength": 0,
            "alphabeticalSequenceMaxLength": 0, "repeatCharacterLength": null,
            "usernameForbidden": false, "dictionaryCheck": false,
        });
        for rules in [json!({}), off] {
            for password in ["", "maija", "aaaaabcdefg"] {
                check(rules.clone(), password, &[], &[]);
            }
        }
    }

    #[test]
    fn length_counts_characters() {
        use PasswordRule::{MaxLength, MinLength};
        let rules = json!({"minLength": 3, "maxLength": 4});

        check(rules.clone(), "äö", &[MinLength], &[]);
        check(rules.clone(), "äöå", &[], &[]);
        check(rules.clone(), "äöåäö", &[MaxLength], &[]);
        check(rules.clone(), "a😀", &[], &[MinLength]);
        check(rules.clone(), "abc😀", &[], &[MaxLength]);
        check(rules, "", &[MinLength], &[]);
    }

    #[test]
    fn classes_are_four() {
        use PasswordRule::Characteristics;
        let needs = |number: i64| json!({"numberOfCharacteristics": number});

        check(needs(4), "aB1-", &[], &[]);
        check(needs(4), "aB1", &[Characteristics], &[]);
        check(needs(1), "", &[Characteristics], &[]);
        check(needs(2), "1ä", &[], &[Characteristics]);
        check(needs(5), "aB1-", &[Characteristics], &[]);
    }

    #[test]
    fn sequences_go_in_one_direction_and_ignore_case() {
        use PasswordRule::{AlphabeticalSequence, NumericalSequence, QwertySequence};
        let letters = json!({"alphabeticalSequenceMaxLength": 3});
        check(letters.clone(), "xabCD", &[AlphabeticalSequence], &[]);
        check(letters.clone(), "zyxw", &[AlphabeticalSequence], &[]);
        check(letters.clone(), "xabc", &[], &[AlphabeticalSequence]);
        check(letters.clone(), "abab", &[], &[]);
        check(letters.clone(), "xyza", &[], &[AlphabeticalSequence]);
        check(letters, "ab-cd", &[], &[]);
        let digits = json!({"numericalSequenceMaxLength": 2});
        check(digits.clone(), "a321", &[NumericalSequence], &[]);
        check(digits.clone(), "a890", &[], &[NumericalSequence]);
        check(digits, "a1357", &[], &[]);
        let keys = json!({"qwertySequenceMaxLength": 3});
        check(keys.clone(), "POIU", &[QwertySequence], &[]);
        check(keys.clone(), "7890", &[], &[QwertySequence]);
        check(keys, "qaz", &[], &[]);
        // A rule of one cannot forbid every character.
        check(json!({"numericalSequenceMaxLength": 1}), "a1b2", &[], &[]);
    }

    #[test]
    fn repetitions_are_in_a_row() {
        use PasswordRule::RepeatedCharacter;
        let rules = json!({"repeatCharacterLength": 3});

        check(rules.clone(), "aaaa", &[RepeatedCharacter], &[]);
        check(rules.clone(), "aaa", &[], &[RepeatedCharacter]);
        check(rules.clone(), "aaAb", &[], &[RepeatedCharacter]);
        check(rules, "aabaab", &[], &[]);
    }

    #[test]
    fn the_username_may_not_occur() {
        use PasswordRule::Username;
        let rules = json!({"usernameForbidden": true});

        check(rules.clone(), "xMAIJAx", &[Username], &[]);
        check(rules.clone(), "xajiamx", &[], &[Username]);
        check(rules.clone(), "mai-ja", &[], &[]);
        let requirements: PasswordRequirements = serde_json::from_value(rules).unwrap();
        assert_eq!(requirements.check("x", "").unclear(), [Username]);
        assert!(requirements.check("", "maija").failed().is_empty());
    }

    #[test]
    fn what_only_the_service_knows_is_unclear() {
        use PasswordRule::{Dictionary, History};

        check(
            json!({"historyLength": 3, "dictionaryCheck": true}),
            "x",
            &[],
            &[Dictionary, History],
        );
    }

    #[test]
    fn the_check_is_told_in_words() {
        let rules = json!({"minLength": 3, "usernameForbidden": true, "historyLength": 1});
        let requirements: PasswordRequirements = serde_json::from_value(rules).unwrap();
        let text = |password, username| requirements.check(password, username).to_string();

        assert_eq!(text("ab", "ab"), "the password is too short, contains the username");
        assert_eq!(text("abc", "x"), "the password breaks no rule that can be checked here");
        let none = PasswordRequirements::default().check("", "");
        assert_eq!(none.to_string(), "the password breaks no rule");
    }
}
