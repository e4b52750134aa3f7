//! Random passwords.

use std::fmt;

use trivore_models::{Password, PasswordRequirements};
use trivore_transport::{Error, Result};

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
    rules: Rules,
    avoided: String,
    /// The requirements contradict each other.
    is_impossible: bool,
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
        Self { length: 15, rules: Rules::default(), avoided: String::new(), is_impossible: false }
    }

    /// Excludes passwords that contain this text or its reverse, ignoring case.
    ///
    /// Pass the username, which the service may forbid in a password.
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
    /// The length changes only if the requirements do not allow the current one. Every password
    /// has four kinds of characters, whatever the requirements say, and at least 8 characters: if
    /// the requirements allow fewer only, [`generate`](Self::generate) fails. The documentation does
    /// not say whether the numbers for sequences and repetitions are still allowed or already
    /// forbidden, so passwords stay below them.
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
        let min = positive(requirements.min_length).unwrap_or(0);
        let max = positive(requirements.max_length).unwrap_or(usize::MAX);
        let classes = positive(requirements.number_of_characteristics).unwrap_or(0);
        self.length = self.length.max(min).min(max);
        self.is_impossible = min > max || classes > CLASSES;
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
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&self.length) {
            return Err(Error::input("a generated password must have 8 to 1024 characters"));
        }
        let none = || Error::input("could not generate a password that meets the requirements");
        if self.is_impossible {
            return Err(none());
        }
        for _ in 0..MAX_TRIES {
            let candidate = self.rules.random_text(self.length)?;
            if has_all_classes(&candidate) && !self.is_avoided(&candidate) {
                return Ok(Password::from(candidate));
            }
        }
        Err(none())
    }

    fn is_avoided(&self, candidate: &str) -> bool {
        let candidate = candidate.to_lowercase();
        let reversed: String = self.avoided.chars().rev().collect();
        !self.avoided.is_empty()
            && (candidate.contains(&self.avoided) || candidate.contains(&reversed))
    }
}

/// Omits the text to avoid, which is personal data.
impl fmt::Debug for PasswordGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordGenerator")
            .field("length", &self.length)
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
    fn allow(&self, text: &str) -> bool {
        let lower: Vec<u8> = text.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
        longest_step_run(&lower, u8::is_ascii_lowercase) <= self.alphabetical
            && longest_step_run(&lower, u8::is_ascii_digit) <= self.numerical
            && longest_keyboard_run(&lower) <= self.keyboard
            && longest_repeat(&lower) <= self.repeat
    }

    /// Draws characters one by one, each from those that break no rule after the ones before it.
    fn random_text(&self, length: usize) -> Result<String> {
        let mut text = String::with_capacity(length);
        let mut bytes = [0; 64];
        while text.len() < length {
            getrandom::fill(&mut bytes).map_err(|error| Error::configuration(error.to_string()))?;
            for byte in bytes {
                // Bytes beyond the largest multiple would favor the alphabet's beginning.
                let index = usize::from(byte);
                if text.len() < length && index < ALPHABET.len() * (256 / ALPHABET.len()) {
                    text.push(char::from(ALPHABET[index % ALPHABET.len()]));
                    // A new run ends with the new character.
                    if !self.allow(&text[text.len().saturating_sub(MAX_RUN + 1)..]) {
                        text.pop();
                    }
                }
            }
        }
        Ok(text)
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

fn longest_run(text: &[u8], continues: impl Fn(u8, u8) -> bool) -> usize {
    let mut longest = usize::from(!text.is_empty());
    let mut run = longest;
    for pair in text.windows(2) {
        run = if continues(pair[0], pair[1]) { run + 1 } else { 1 };
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
