//! Random passwords.

use std::fmt;

use trivore_models::{Password, PasswordRequirements};
use trivore_transport::{Error, Result};
use zeroize::Zeroizing;

/// Generates passwords with the operating system's random number generator.
///
/// # Examples
///
/// ```
/// use trivore_users::PasswordGenerator;
///
/// let password = PasswordGenerator::new().length(24).generate()?;
///
/// assert_eq!(password.expose().len(), 24);
/// # Ok::<(), trivore_users::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a generator does nothing until it generates"]
pub struct PasswordGenerator {
    length: usize,
    /// The lengths that the requirements allow.
    min: usize,
    max: usize,
    /// How many kinds of characters the requirements demand.
    classes: usize,
    rules: Rules,
    avoided: String,
}

/// The longest runs that a password may contain.
#[derive(Clone, Debug)]
struct Rules {
    alphabetical: usize,
    numerical: usize,
    keyboard: usize,
    repeat: usize,
}

impl PasswordGenerator {
    /// Generates passwords of 15 characters, the vendor's length (documented).
    ///
    /// Every password has lowercase letters, uppercase letters, digits and symbols, without
    /// characters that are easily misread. No three characters in a row are the same, or neighbors
    /// in the alphabet, among the digits or on a keyboard.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::PasswordGenerator;
    ///
    /// let password = PasswordGenerator::new().generate()?;
    ///
    /// assert_eq!(password.expose().len(), 15);
    /// assert!(!password.expose().contains(['0', 'O', '1', 'l', 'I']));
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn new() -> Self {
        Self {
            length: 15,
            min: 0,
            max: usize::MAX,
            classes: 0,
            rules: Rules::default(),
            avoided: String::new(),
        }
    }

    /// Excludes passwords that contain this text or its reverse, ignoring case.
    ///
    /// Pass the username, which the service may forbid in a password (documented). A username of
    /// one character is excluded like any other (inferred: the service's rule has no minimum), so
    /// this character is in no password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::PasswordGenerator;
    ///
    /// let password = PasswordGenerator::new().avoiding("Jo").generate()?;
    ///
    /// assert!(!password.expose().to_lowercase().contains("jo"));
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn avoiding(mut self, text: &str) -> Self {
        self.avoided = text.to_lowercase();
        self
    }

    /// Sets the number of characters, from 8 to 1024.
    ///
    /// If the [requirements](Self::satisfying) do not allow it, the nearest length that they allow
    /// is used, whichever of the two is set first.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::PasswordGenerator;
    ///
    /// assert_eq!(PasswordGenerator::new().length(32).generate()?.expose().len(), 32);
    ///
    /// // `generate` checks the length.
    /// let error = PasswordGenerator::new().length(3).generate().unwrap_err();
    /// assert!(error.is_invalid_input());
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn length(mut self, characters: usize) -> Self {
        self.length = characters;
        self
    }

    /// Follows the service's requirements for length, sequences and repetition.
    ///
    /// Other requirements replace these. Every password has four kinds of characters, whatever the
    /// requirements say, and at least 8 characters: if the requirements allow fewer only,
    /// [`generate`](Self::generate) fails. The documentation does not say whether the numbers for
    /// sequences and repetitions are still allowed or already forbidden, so passwords stay below
    /// them.
    ///
    /// To exclude the username, use [`PasswordGenerator::avoiding`]. Only the service knows its
    /// dictionary and the user's earlier passwords.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::PasswordRequirements;
    /// use trivore_users::PasswordGenerator;
    ///
    /// let mut requirements = PasswordRequirements::default();
    /// requirements.min_length = Some(20);
    /// requirements.repeat_character_length = Some(1);
    /// let password = PasswordGenerator::new().satisfying(&requirements).generate()?;
    ///
    /// assert_eq!(password.expose().len(), 20);
    /// assert!(password.expose().as_bytes().windows(2).all(|pair| pair[0] != pair[1]));
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn satisfying(mut self, requirements: &PasswordRequirements) -> Self {
        let positive = |number: Option<i64>| {
            number.and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0)
        };
        self.min = positive(requirements.min_length).unwrap_or(0);
        self.max = positive(requirements.max_length).unwrap_or(usize::MAX);
        self.classes = positive(requirements.number_of_characteristics).unwrap_or(0);
        let below = |number: Option<i64>| {
            positive(number).map_or(MAX_RUN, |number| (number - 1).clamp(1, MAX_RUN))
        };
        self.rules = Rules {
            alphabetical: below(requirements.alphabetical_sequence_max_length),
            numerical: below(requirements.numerical_sequence_max_length),
            keyboard: below(requirements.qwerty_sequence_max_length),
            repeat: below(requirements.repeat_character_length),
        };
        self
    }

    /// Generates a password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::PasswordGenerator;
    ///
    /// let generator = PasswordGenerator::new();
    ///
    /// assert_ne!(generator.generate()?, generator.generate()?);
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The length is below 8 or above 1024, also if the requirements set it; no password that meets
    /// the requirements was found; the operating system provides no randomness.
    pub fn generate(&self) -> Result<Password> {
        let length = self.allowed_length();
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
            return Err(Error::input("a generated password must have 8 to 1024 characters"));
        }
        let none = || Error::input("could not generate a password that meets the requirements");
        if self.min > self.max || self.classes > CLASSES {
            return Err(none());
        }
        for _ in 0..MAX_TRIES {
            // Dropping a candidate that is rejected wipes it.
            let candidate = self.candidate(length)?;
            if has_all_classes(candidate.expose()) {
                return Ok(candidate);
            }
        }
        Err(none())
    }

    fn allowed_length(&self) -> usize {
        self.length.max(self.min).min(self.max)
    }

    /// Draws characters one by one, each from those that break no rule after the ones before it.
    fn candidate(&self, length: usize) -> Result<Password> {
        let mut text = Zeroizing::new(String::with_capacity(length));
        let mut bytes = Zeroizing::new([0; 64]);
        while text.len() < length {
            getrandom::fill(&mut *bytes)
                .map_err(|error| Error::configuration(error.to_string()))?;
            for byte in *bytes {
                // Bytes beyond the largest multiple would favor the alphabet's beginning.
                let index = usize::from(byte);
                if text.len() < length && index < ALPHABET.len() * (256 / ALPHABET.len()) {
                    text.push(char::from(ALPHABET[index % ALPHABET.len()]));
                    // A new run ends with the new character.
                    let end = &text.as_bytes()[text.len().saturating_sub(MAX_RUN + 1)..];
                    if !self.rules.allow(end) || self.ends_with_avoided(&text) {
                        text.pop();
                    }
                }
            }
        }
        Ok(Password::from(std::mem::take(&mut *text)))
    }

    /// Whether an ASCII text ends with the text to avoid or its reverse, ignoring case.
    fn ends_with_avoided(&self, text: &str) -> bool {
        let avoided = self.avoided.as_bytes();
        let is_same = |(a, b): (&u8, &u8)| a.to_ascii_lowercase() == *b;
        let Some(start) = text.len().checked_sub(avoided.len()) else { return false };
        let end = &text.as_bytes()[start..];
        !avoided.is_empty()
            && (end.iter().zip(avoided).all(is_same)
                || end.iter().zip(avoided.iter().rev()).all(is_same))
    }
}

/// Omits the text to avoid, which is personal data.
impl fmt::Debug for PasswordGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordGenerator")
            .field("length", &self.allowed_length())
            .field("rules", &self.rules)
            .field("is_avoiding", &!self.avoided.is_empty())
            .finish_non_exhaustive()
    }
}

impl Default for PasswordGenerator {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self { alphabetical: MAX_RUN, numerical: MAX_RUN, keyboard: MAX_RUN, repeat: MAX_RUN }
    }
}

impl Rules {
    fn allow(&self, text: &[u8]) -> bool {
        longest_step_run(text, u8::is_ascii_lowercase) <= self.alphabetical
            && longest_step_run(text, u8::is_ascii_digit) <= self.numerical
            && longest_keyboard_run(text) <= self.keyboard
            && longest_repeat(text) <= self.repeat
    }
}

fn has_all_classes(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_punctuation())
}

/// Longest run such as `abc`, `321` or `yza` among bytes of one class.
fn longest_step_run(text: &[u8], is_in_class: impl Fn(&u8) -> bool) -> usize {
    let is_step = |a: u8, b: u8| matches!(a.abs_diff(b), 1 | WRAPPED_DIGITS | WRAPPED_LETTERS);
    longest_run(text, |a, b| is_in_class(&a) && is_in_class(&b) && is_step(a, b))
}

/// Returns the longest run of neighbors in a row of the keyboard.
fn longest_keyboard_run(text: &[u8]) -> usize {
    let place = |byte: u8| {
        KEYBOARD_ROWS
            .iter()
            .enumerate()
            .find_map(|(row, keys)| keys.iter().position(|key| *key == byte).map(|key| (row, key)))
    };
    longest_run(text, |a, b| match (place(a), place(b)) {
        (Some((row, key)), Some((other_row, other_key))) => {
            row == other_row && key.abs_diff(other_key) == 1
        }
        _ => false,
    })
}

fn longest_repeat(text: &[u8]) -> usize {
    longest_run(text, |a, b| a == b)
}

/// Returns the longest run, ignoring case.
fn longest_run(text: &[u8], continues: impl Fn(u8, u8) -> bool) -> usize {
    let mut longest = usize::from(!text.is_empty());
    let mut run = longest;
    for pair in text.windows(2) {
        let (a, b) = (pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase());
        run = if continues(a, b) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Excludes `0O1lI|`, which people misread. The symbols need no escaping in JSON or a shell.
const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.+=@";
const KEYBOARD_ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
/// Steps between `9` and `0`, and between `z` and `a`; some rules count them as a sequence.
const WRAPPED_DIGITS: u8 = b'9' - b'0';
const WRAPPED_LETTERS: u8 = b'z' - b'a';
/// Lower case, upper case, digits, symbols.
const CLASSES: usize = 4;
/// The longest run in any password.
const MAX_RUN: usize = 2;
/// About 47 bits: a shorter password could be guessed.
const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 1024;
/// Without rules, about two of three candidates of 15 characters pass.
const MAX_TRIES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_its_length_and_all_classes() {
        for length in [8, 15, 200, 1024] {
            let password = PasswordGenerator::new().length(length).generate().unwrap();

            assert_eq!(password.expose().len(), length);
            assert!(has_all_classes(password.expose()));
        }
    }

    #[test]
    fn two_passwords_differ() {
        let generator = PasswordGenerator::new();

        assert_ne!(generator.generate().unwrap(), generator.generate().unwrap());
    }

    #[test]
    fn a_length_that_is_too_weak_or_too_long_is_refused() {
        for length in [0, 4, 7, 1025] {
            assert!(
                PasswordGenerator::new().length(length).generate().unwrap_err().is_invalid_input()
            );
        }
    }

    #[test]
    fn the_order_of_length_and_requirements_does_not_matter() {
        let limits = |min, max| {
            let mut requirements = PasswordRequirements::default();
            (requirements.min_length, requirements.max_length) = (min, max);
            requirements
        };
        for (length, min, max, expected) in [
            (10, Some(20), None, 20),
            (10, None, Some(40), 10),
            (30, Some(20), Some(40), 30),
            (60, Some(20), Some(40), 40),
            (8, Some(8), Some(8), 8),
        ] {
            let requirements = limits(min, max);
            let first = PasswordGenerator::new().length(length).satisfying(&requirements);
            let last = PasswordGenerator::new().satisfying(&requirements).length(length);

            for generator in [first, last] {
                assert_eq!(generator.generate().unwrap().expose().len(), expected);
            }
        }
        // The last requirements count, not the strictest ones of all.
        let generator = PasswordGenerator::new()
            .satisfying(&limits(Some(30), Some(20)))
            .satisfying(&limits(Some(4), Some(12)));
        assert_eq!(generator.generate().unwrap().expose().len(), 12);
        let impossible = PasswordGenerator::new().satisfying(&limits(None, Some(4)));
        assert!(impossible.length(20).generate().unwrap_err().is_invalid_input());
    }

    #[test]
    fn a_text_of_one_or_two_characters_is_avoided_in_passwords_of_every_length() {
        for text in ["e", "E", "-", "7", "ab", "Ä", "e\u{301}"] {
            for length in [8, 15, 200, 1024] {
                let generator = PasswordGenerator::new().avoiding(text).length(length);

                let password = generator.generate().unwrap();

                assert_eq!(password.expose().len(), length);
                assert!(!password.expose().to_lowercase().contains(&text.to_lowercase()));
                assert!(has_all_classes(password.expose()));
            }
        }
    }

    #[test]
    fn a_text_to_avoid_is_not_in_the_password() {
        let generator = PasswordGenerator::new().avoiding("E");

        for _ in 0..200 {
            let password = generator.generate().unwrap();

            assert!(!password.expose().contains(['e', 'E']));
        }
    }

    #[test]
    fn the_rules_of_the_service_are_met() {
        let mut requirements = PasswordRequirements::default();
        requirements.min_length = Some(20);
        requirements.alphabetical_sequence_max_length = Some(2);
        requirements.numerical_sequence_max_length = Some(2);
        requirements.qwerty_sequence_max_length = Some(2);
        requirements.repeat_character_length = Some(1);
        let generator = PasswordGenerator::new().satisfying(&requirements);

        for _ in 0..200 {
            let password = generator.generate().unwrap();

            let text = password.expose().to_ascii_lowercase();
            assert_eq!(text.len(), 20);
            assert!(longest_keyboard_run(text.as_bytes()) <= 2, "{text}");
            assert!(longest_repeat(password.expose().as_bytes()) <= 1, "{text}");
        }
    }

    #[test]
    fn common_rules_are_met_without_being_asked() {
        for _ in 0..2_000 {
            let password = PasswordGenerator::new().length(200).generate().unwrap();

            let text = password.expose().to_ascii_lowercase();
            let lower = text.as_bytes();
            assert!(longest_repeat(lower) <= 2, "{text}");
            assert!(longest_keyboard_run(lower) <= 2, "{text}");
            assert!(longest_step_run(lower, u8::is_ascii_lowercase) <= 2, "{text}");
            assert!(longest_step_run(lower, u8::is_ascii_digit) <= 2, "{text}");
        }
    }

    #[test]
    fn requirements_make_no_password_weak() {
        let check = |change: fn(&mut PasswordRequirements)| {
            let mut requirements = PasswordRequirements::default();
            change(&mut requirements);
            let password = PasswordGenerator::new().satisfying(&requirements).generate();
            password.map(|password| password.expose().to_owned())
        };

        assert_eq!(check(|rules| rules.max_length = Some(8)).unwrap().len(), 8);
        assert_eq!(check(|rules| rules.max_length = Some(0)).unwrap().len(), 15);
        let lenient = check(|rules| rules.repeat_character_length = Some(50)).unwrap();
        assert!(longest_repeat(lenient.as_bytes()) <= 2);
        let refused: [fn(&mut PasswordRequirements); 4] = [
            |rules| rules.max_length = Some(4),
            |rules| rules.max_length = Some(7),
            |rules| (rules.min_length, rules.max_length) = (Some(20), Some(10)),
            |rules| rules.number_of_characteristics = Some(5),
        ];
        for refused in refused {
            assert!(check(refused).unwrap_err().is_invalid_input());
        }
    }

    #[test]
    fn the_strictest_rules_leave_long_passwords() {
        let mut requirements = PasswordRequirements::default();
        requirements.min_length = Some(1024);
        requirements.alphabetical_sequence_max_length = Some(1);
        requirements.numerical_sequence_max_length = Some(1);
        requirements.qwerty_sequence_max_length = Some(1);
        requirements.repeat_character_length = Some(1);

        let password = PasswordGenerator::new().satisfying(&requirements).generate().unwrap();

        assert_eq!(password.expose().len(), 1024);
        assert_eq!(longest_repeat(password.expose().as_bytes()), 1);
    }

    #[test]
    fn debug_shows_no_text_to_avoid() {
        let generator = PasswordGenerator::new().avoiding("MARK");

        assert!(!format!("{generator:?}").to_lowercase().contains("mark"));
        assert!(format!("{generator:?}").contains("is_avoiding: true"));
    }

    #[test]
    fn runs_are_measured() {
        assert_eq!(longest_step_run(b"xabcdz", u8::is_ascii_lowercase), 4);
        assert_eq!(longest_step_run(b"a321b", u8::is_ascii_digit), 3);
        assert_eq!(longest_keyboard_run(b"1qwerx"), 4);
        assert_eq!(longest_repeat(b"abbbc"), 3);
        assert_eq!(longest_repeat(b""), 0);
    }
}
