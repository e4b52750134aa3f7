//! Random passwords.

use trivore_models::{Password, PasswordRequirements};
use trivore_transport::{Error, Result};

/// Generates passwords from the operating system's source of randomness.
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
#[derive(Clone, Debug)]
#[must_use = "a generator does nothing until it generates"]
pub struct PasswordGenerator {
    length: usize,
    rules: Rules,
    avoided: String,
}

/// The longest allowed run of each kind; `None` if there is no limit.
#[derive(Clone, Debug, Default)]
struct Rules {
    alphabetical: Option<usize>,
    numerical: Option<usize>,
    keyboard: Option<usize>,
    repeat: Option<usize>,
}

impl PasswordGenerator {
    /// Generates passwords of 15 characters, the vendor's length (documented).
    ///
    /// Every password has lower case letters, upper case letters, digits and symbols, without
    /// characters that are easily misread.
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
        Self { length: 15, rules: Rules::default(), avoided: String::new() }
    }

    /// Excludes passwords that contain this text, ignoring case.
    ///
    /// Pass the user name, which the service may forbid in a password.
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

    /// Sets the number of characters, from 4 to 1024.
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
    /// has four kinds of characters, whatever the requirements say. To exclude the user name,
    /// use [`PasswordGenerator::avoiding`]. Only the service knows its dictionary and the user's
    /// earlier passwords.
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
        self.length = self.length.max(min).min(max);
        self.rules = Rules {
            alphabetical: positive(requirements.alphabetical_sequence_max_length),
            numerical: positive(requirements.numerical_sequence_max_length),
            keyboard: positive(requirements.qwerty_sequence_max_length),
            repeat: positive(requirements.repeat_character_length),
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
    /// The length is below 4, which leaves no room for all four kinds of characters, or above
    /// 1024; no password that meets the requirements was found; the operating system provides
    /// no randomness.
    pub fn generate(&self) -> Result<Password> {
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&self.length) {
            return Err(Error::input("a generated password must have 4 to 1024 characters"));
        }
        for _ in 0..MAX_TRIES {
            let candidate = random_text(self.length)?;
            let is_avoided =
                !self.avoided.is_empty() && candidate.to_lowercase().contains(&self.avoided);
            if has_all_classes(&candidate) && !is_avoided && self.rules.allow(&candidate) {
                return Ok(Password::from(candidate));
            }
        }
        Err(Error::input("could not generate a password that meets the requirements"))
    }
}

impl Default for PasswordGenerator {
    fn default() -> Self {
        Self::new()
    }
}

impl Rules {
    fn allow(&self, text: &str) -> bool {
        let lower: Vec<u8> = text.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
        let within = |run: usize, limit: Option<usize>| limit.is_none_or(|limit| run <= limit);
        within(longest_step_run(&lower, u8::is_ascii_lowercase), self.alphabetical)
            && within(longest_step_run(&lower, u8::is_ascii_digit), self.numerical)
            && within(longest_keyboard_run(&lower), self.keyboard)
            && within(longest_repeat(text.as_bytes()), self.repeat)
    }
}

/// Draws a whole new candidate, so that all candidates that pass are equally likely.
fn random_text(length: usize) -> Result<String> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).map_err(|error| Error::configuration(error.to_string()))?;
        for byte in bytes {
            // Skips bytes beyond the largest multiple, which would favor the first characters.
            let index = usize::from(byte);
            if text.len() < length && index < ALPHABET.len() * (256 / ALPHABET.len()) {
                text.push(char::from(ALPHABET[index % ALPHABET.len()]));
            }
        }
    }
    Ok(text)
}

fn has_all_classes(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_punctuation())
}

/// Returns the longest run such as `abc` or `321` among bytes of one class.
fn longest_step_run(text: &[u8], is_in_class: impl Fn(&u8) -> bool) -> usize {
    longest_run(text, |a, b| is_in_class(&a) && is_in_class(&b) && a.abs_diff(b) == 1)
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
const MIN_LENGTH: usize = 4;
const MAX_LENGTH: usize = 1024;
/// Without rules, about two of three candidates of 15 characters pass.
const MAX_TRIES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_its_length_and_all_classes() {
        for length in [4, 15, 200, 1024] {
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
    fn a_length_without_place_for_all_classes_is_refused() {
        for length in [0, 3, 1025] {
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
    fn runs_are_measured() {
        assert_eq!(longest_step_run(b"xabcdz", u8::is_ascii_lowercase), 4);
        assert_eq!(longest_step_run(b"a321b", u8::is_ascii_digit), 3);
        assert_eq!(longest_keyboard_run(b"1qwerx"), 4);
        assert_eq!(longest_repeat(b"abbbc"), 3);
        assert_eq!(longest_repeat(b""), 0);
    }
}
