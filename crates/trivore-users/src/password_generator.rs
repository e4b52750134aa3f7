//! Random passwords.

use std::fmt;

use trivore_models::{Password, PasswordRequirements};
use trivore_transport::{Error, Result};

use crate::password_chain::PasswordChain;

/// Generates passwords with the operating system's random number generator.
///
/// All passwords of a length that have the properties below are equally likely.
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
    /// The shortest password that the caller accepts.
    floor: usize,
    /// The lengths that the requirements allow.
    min: usize,
    max: usize,
    /// How many kinds of characters the requirements demand.
    classes: usize,
    avoided: String,
}

impl PasswordGenerator {
    /// Generates passwords of 15 characters, the vendor's length (documented).
    ///
    /// Every password has lowercase letters, uppercase letters, digits and symbols, without
    /// characters that are easily misread. No two characters in a row are the same, or neighbors
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
            floor: MIN_LENGTH,
            min: 0,
            max: usize::MAX,
            classes: 0,
            avoided: String::new(),
        }
    }

    /// Accepts weak passwords, of at least this many characters.
    ///
    /// By default, a password has at least 8 characters, which are at least 44 bits: fewer could be
    /// guessed. Four characters have about 19 bits. With fewer than four, a password has as many
    /// kinds of characters as it has characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::PasswordRequirements;
    /// use trivore_users::PasswordGenerator;
    ///
    /// let mut requirements = PasswordRequirements::default();
    /// requirements.max_length = Some(6);
    /// let generator = PasswordGenerator::new().satisfying(&requirements);
    ///
    /// assert!(generator.generate().unwrap_err().is_invalid_input());
    /// assert_eq!(generator.allow_weak(6).generate()?.expose().len(), 6);
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn allow_weak(mut self, characters: usize) -> Self {
        self.floor = characters.clamp(1, MIN_LENGTH);
        self
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

    /// Sets the number of characters, from 8 to 1024, or fewer with
    /// [`allow_weak`](Self::allow_weak).
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

    /// Follows the service's requirements.
    ///
    /// Other requirements replace these. Passwords break no rule about sequences, repetitions and
    /// kinds of characters, whatever its number is; the length is the nearest one that is allowed.
    /// If the requirements contradict each other, or allow only passwords that are
    /// [too weak](Self::allow_weak), [`generate`](Self::generate) fails and names the rules.
    ///
    /// To exclude the username, use [`PasswordGenerator::avoiding`]. Only the service knows its
    /// dictionary and the user's earlier passwords; a random password is in neither.
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
    /// assert!(requirements.check(password.expose(), "maija").failed().is_empty());
    /// # Ok::<(), trivore_users::Error>(())
    /// ```
    pub fn satisfying(mut self, requirements: &PasswordRequirements) -> Self {
        // More characters than memory has are as good as the largest number.
        let positive = |number: Option<i64>| {
            let number = number.filter(|number| *number > 0)?;
            Some(usize::try_from(number).unwrap_or(usize::MAX))
        };
        self.min = positive(requirements.min_length).unwrap_or(0);
        self.max = positive(requirements.max_length).unwrap_or(usize::MAX);
        self.classes = positive(requirements.number_of_characteristics).unwrap_or(0);
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
    /// The requirements contradict each other; the length is below 8 without
    /// [`allow_weak`](Self::allow_weak), or above 1024, also if the requirements set it; the
    /// operating system provides no randomness.
    pub fn generate(&self) -> Result<Password> {
        let length = self.allowed_length();
        if let Some(problem) = self.problem() {
            return Err(Error::input(problem));
        }
        let chain;
        let chain = match self.avoided.len() {
            1 | 2 => {
                chain = PasswordChain::without(&self.avoided);
                &chain
            }
            _ => PasswordChain::usual(),
        };
        for _ in 0..MAX_TRIES {
            // Dropping a candidate that is rejected wipes it.
            let mut candidate = chain.draw(length)?;
            if classes(&candidate) >= length.min(CLASSES) && !self.contains_avoided(&candidate) {
                return Ok(Password::from(std::mem::take(&mut *candidate)));
            }
        }
        Err(Error::input("could not generate a password without the text to avoid"))
    }

    /// Says why there is no password, by the names of the rules.
    fn problem(&self) -> Option<String> {
        let Self { length, floor, min, max, classes, .. } = self;
        if min > max {
            return Some(format!(
                "`minLength` ({min}) and `maxLength` ({max}) contradict each other"
            ));
        }
        if *classes > CLASSES {
            return Some(format!(
                "`numberOfCharacteristics` is {classes}, but there are four kinds of characters"
            ));
        }
        if classes > max {
            return Some(format!(
                "`numberOfCharacteristics` ({classes}) and `maxLength` ({max}) contradict each other"
            ));
        }
        let allowed = self.allowed_length();
        if allowed < *floor {
            let cause = if max < floor { "`maxLength` allows" } else { "the length is" };
            return Some(format!(
                "{cause} {allowed} characters, but a password that is not weak has at least \
                 {floor}; see `allow_weak`"
            ));
        }
        if allowed < *classes {
            return Some(format!(
                "the length is {length}, but `numberOfCharacteristics` is {classes}"
            ));
        }
        (allowed > MAX_LENGTH).then(|| {
            format!("a generated password has at most {MAX_LENGTH} characters, not {allowed}")
        })
    }

    fn allowed_length(&self) -> usize {
        self.length.max(self.min).min(self.max)
    }

    /// Whether a text contains the text to avoid or its reverse, ignoring case.
    fn contains_avoided(&self, text: &str) -> bool {
        let avoided = self.avoided.as_bytes();
        let is_avoided = |window: &[u8]| {
            let window = || window.iter().map(u8::to_ascii_lowercase);
            window().eq(avoided.iter().copied()) || window().rev().eq(avoided.iter().copied())
        };
        !avoided.is_empty() && text.as_bytes().windows(avoided.len()).any(is_avoided)
    }
}

/// Omits the text to avoid, which is personal data.
impl fmt::Debug for PasswordGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordGenerator")
            .field("length", &self.allowed_length())
            .field("is_avoiding", &!self.avoided.is_empty())
            .finish_non_exhaustive()
    }
}

impl Default for PasswordGenerator {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts lower case, upper case, digits and symbols.
fn classes(text: &str) -> usize {
    let kinds: [fn(&u8) -> bool; CLASSES] = [
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
        u8::is_ascii_digit,
        u8::is_ascii_punctuation,
    ];
    kinds.iter().filter(|kind| text.bytes().any(|byte| kind(&byte))).count()
}

const CLASSES: usize = 4;
/// At least 44 bits: a shorter password could be guessed.
const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 1024;
/// Of passwords of 15 characters, about two of three have all classes; of those of four, one of 25.
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
    fn contradictions_are_named() {
        let check = |change: fn(&mut PasswordRequirements), rules: [&str; 2]| {
            let mut requirements = PasswordRequirements::default();
            change(&mut requirements);
            let error = PasswordGenerator::new().satisfying(&requirements).generate().unwrap_err();
            let text = error.to_string();
            assert!(rules.iter().all(|rule| text.contains(rule)), "{text}");
        };

        check(
            |rules| (rules.min_length, rules.max_length) = (Some(20), Some(10)),
            ["`minLength` (20)", "`maxLength` (10)"],
        );
        check(
            |rules| (rules.number_of_characteristics, rules.max_length) = (Some(3), Some(2)),
            ["`numberOfCharacteristics` (3)", "`maxLength` (2)"],
        );
        check(
            |rules| rules.number_of_characteristics = Some(5),
            ["`numberOfCharacteristics`", "four"],
        );
        check(|rules| rules.max_length = Some(7), ["`maxLength`", "`allow_weak`"]);
        check(|rules| rules.min_length = Some(i64::MAX), ["1024", "characters"]);
    }

    #[test]
    fn weak_passwords_need_permission_and_have_as_many_kinds_as_possible() {
        for length in 1..8 {
            let generator = PasswordGenerator::new().length(length);
            assert!(generator.generate().unwrap_err().to_string().contains("`allow_weak`"));

            let password = generator.allow_weak(length).generate().unwrap();

            assert_eq!(password.expose().len(), length);
            assert_eq!(classes(password.expose()), length.min(4));
        }
        let at_least_six = PasswordGenerator::new().length(5).allow_weak(6);
        assert!(at_least_six.generate().unwrap_err().is_invalid_input());
        let three = PasswordGenerator::new().length(3).allow_weak(0);
        let mut requirements = PasswordRequirements::default();
        requirements.number_of_characteristics = Some(4);
        let error = three.satisfying(&requirements).generate().unwrap_err();
        assert!(error.to_string().contains("`numberOfCharacteristics`"), "{error}");
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

    fn has_all_classes(text: &str) -> bool {
        classes(text) == CLASSES
    }

    /// Longest run such as `abc`, `321` or `yza` among bytes of one class.
    fn longest_step_run(text: &[u8], is_in_class: impl Fn(&u8) -> bool) -> usize {
        longest_run(text, |a, b| {
            let wrapped = if a.is_ascii_digit() { WRAPPED_DIGITS } else { WRAPPED_LETTERS };
            let distance = a.abs_diff(b);
            is_in_class(&a) && is_in_class(&b) && (distance == 1 || distance == wrapped)
        })
    }

    /// Returns the longest run of neighbors in a row of the keyboard.
    fn longest_keyboard_run(text: &[u8]) -> usize {
        let place = |byte: u8| {
            KEYBOARD_ROWS.iter().enumerate().find_map(|(row, keys)| {
                keys.iter().position(|key| *key == byte).map(|key| (row, key))
            })
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

    const KEYBOARD_ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    const WRAPPED_DIGITS: u8 = b'9' - b'0';
    const WRAPPED_LETTERS: u8 = b'z' - b'a';
}
