//! Draws texts of a fixed length in which no two characters in a row belong together.

use std::sync::LazyLock;

use trivore_transport::{Error, Result};
use zeroize::Zeroizing;

/// The characters of passwords, and which of them may follow each other.
///
/// Two characters never follow each other if they are the same, or neighbors in the alphabet, among
/// the digits or in a row of a keyboard, ignoring case. So there are no sequences and repetitions
/// of any length, whatever the limits of the service are and however it counts.
#[derive(Debug)]
pub(crate) struct PasswordChain {
    alphabet: Vec<u8>,
    /// Whether a character may be followed by another, by their positions in the alphabet.
    may_follow: Vec<Vec<bool>>,
    /// How many texts of each length can follow each character, in relation to the other ones.
    continuations: Vec<Vec<f64>>,
}

impl PasswordChain {
    /// Returns the chain of all characters.
    pub(crate) fn usual() -> &'static Self {
        static USUAL: LazyLock<PasswordChain> = LazyLock::new(|| PasswordChain::without(""));
        &USUAL
    }

    /// Makes a chain without a text of one or two characters in lower case, and its reverse.
    pub(crate) fn without(avoided: &str) -> Self {
        let is_avoided = |byte: u8| avoided.as_bytes() == [byte.to_ascii_lowercase()];
        let alphabet: Vec<u8> =
            ALPHABET.iter().copied().filter(|byte| !is_avoided(*byte)).collect();
        let may_follow = |a: &u8, b: &u8| {
            let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
            !belong_together(a, b, avoided.as_bytes())
        };
        let followers = |a| alphabet.iter().map(|b| may_follow(a, b)).collect();
        let may_follow: Vec<Vec<bool>> = alphabet.iter().map(followers).collect();
        let continuations = continuations(&may_follow);
        Self { alphabet, may_follow, continuations }
    }

    /// Draws one of all texts of a length, each with the same probability.
    pub(crate) fn draw(&self, length: usize) -> Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::with_capacity(length));
        let mut random = Random::new();
        let mut previous: Option<usize> = None;
        for left in (0..length).rev() {
            // More levels would have the same relations, to the last digit.
            let weights = &self.continuations[left.min(self.continuations.len() - 1)];
            let chosen = loop {
                // A character is rejected if it may not follow, or in proportion to its weight. Most
                // may follow any other, with weights near 1, so few are rejected.
                let (at, fraction) = random.choose(weights.len())?;
                let is_allowed = previous.is_none_or(|previous| self.may_follow[previous][at]);
                if is_allowed && fraction < weights[at] {
                    break at;
                }
            };
            text.push(char::from(self.alphabet[chosen]));
            previous = Some(chosen);
        }
        Ok(text)
    }
}

/// Counts backwards from the end of a text; each level is divided by its largest number.
fn continuations(may_follow: &[Vec<bool>]) -> Vec<Vec<f64>> {
    let mut levels = vec![vec![1.0; may_follow.len()]];
    for level in 1..LEVELS {
        let shorter: &Vec<f64> = &levels[level - 1];
        let sums = may_follow.iter().map(|followers| {
            let numbers = followers.iter().zip(shorter);
            numbers.map(|(follows, number)| if *follows { *number } else { 0.0 }).sum()
        });
        let sums: Vec<f64> = sums.collect();
        let largest = sums.iter().copied().fold(1.0, f64::max);
        levels.push(sums.iter().map(|sum| sum / largest).collect());
    }
    levels
}

/// Whether two characters in lower case must not follow each other.
fn belong_together(a: u8, b: u8, avoided: &[u8]) -> bool {
    let is_step = |is_in_class: fn(&u8) -> bool, wrapped: u8| {
        let distance = a.abs_diff(b);
        is_in_class(&a) && is_in_class(&b) && (distance == 1 || distance == wrapped)
    };
    let is_pair = |row: &[u8]| row.windows(2).any(|pair| pair == [a, b] || pair == [b, a]);
    a == b
        || is_step(u8::is_ascii_lowercase, b'z' - b'a')
        || is_step(u8::is_ascii_digit, b'9' - b'0')
        || KEYBOARD_ROWS.iter().any(|row| is_pair(row))
        || (avoided.len() == 2 && is_pair(avoided))
}

/// Random numbers of the operating system.
struct Random {
    bytes: Zeroizing<[u8; 64]>,
    used: usize,
}

impl Random {
    fn new() -> Self {
        Self { bytes: Zeroizing::new([0; 64]), used: 64 }
    }

    /// Chooses one of `count`, and returns its position and a number from 0 to 1, without 1.
    fn choose(&mut self, count: usize) -> Result<(usize, f64)> {
        if self.used == self.bytes.len() {
            getrandom::fill(&mut *self.bytes)
                .map_err(|error| Error::configuration(error.to_string()))?;
            self.used = 0;
        }
        let mut number = [0; 8];
        number.copy_from_slice(&self.bytes[self.used..self.used + 8]);
        self.used += 8;
        // A fraction of 64 bits, times `count`: its integer part and the rest.
        let product = u128::from(u64::from_le_bytes(number)) * count as u128;
        let (at, rest) = (product >> 64, product & u128::from(u64::MAX));
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let rest = (rest >> 11) as f64;
        Ok((usize::try_from(at).unwrap_or_default(), rest / TWO_TO_53))
    }
}

/// Excludes `0O1lI|`, which people misread. The symbols need no escaping in JSON or a shell.
const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.+=@";
const KEYBOARD_ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
/// From about 20 on, the levels of an alphabet of this size do not differ.
const LEVELS: usize = 40;
const TWO_TO_53: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Counts the texts of a length whose characters are all from some classes.
    fn count(chain: &PasswordChain, length: usize, classes: &[fn(&u8) -> bool]) -> f64 {
        let is_in = |at: &usize| classes.iter().any(|class| class(&chain.alphabet[*at]));
        let at: Vec<usize> = (0..chain.alphabet.len()).filter(is_in).collect();
        let mut ways = vec![1.0; at.len()];
        for _ in 1..length {
            let next = |a: &usize| {
                let followers = at.iter().zip(&ways).filter(|(b, _)| chain.may_follow[*a][**b]);
                followers.map(|(_, ways)| ways).sum()
            };
            ways = at.iter().map(next).collect();
        }
        ways.iter().sum()
    }

    /// Counts the texts that have characters of all four classes.
    fn count_with_all_classes(chain: &PasswordChain, length: usize) -> f64 {
        let classes: [fn(&u8) -> bool; 4] = [
            u8::is_ascii_lowercase,
            u8::is_ascii_uppercase,
            u8::is_ascii_digit,
            u8::is_ascii_punctuation,
        ];
        let subsets = (0..16_u32).map(|subset| {
            let chosen: Vec<_> = (0..4).filter(|bit| subset >> bit & 1 == 1).collect();
            let chosen: Vec<_> = chosen.iter().map(|bit| classes[*bit]).collect();
            let sign = if (4 - chosen.len()) % 2 == 0 { 1.0 } else { -1.0 };
            sign * count(chain, length, &chosen)
        });
        subsets.sum()
    }

    #[test]
    fn eight_characters_have_at_least_44_bits() {
        let all = (b' '..=b'~').map(|byte| char::from(byte).to_string());
        for avoided in all.chain(["", "a2", "-_"].map(str::to_owned)) {
            let chain = PasswordChain::without(&avoided);

            let bits = count_with_all_classes(&chain, 8).log2();

            assert!(bits > 44.0, "{bits} without {avoided:?}");
        }
    }

    #[test]
    fn every_text_is_drawn_with_the_same_probability() {
        let chain = PasswordChain::usual();
        for length in [1, 2] {
            let possible = count(chain, length, &[|_| true]);
            let number = 40_000.0;
            let mut drawn: BTreeMap<String, f64> = BTreeMap::new();
            for _ in 0..40_000 {
                *drawn.entry(chain.draw(length).unwrap().to_string()).or_default() += 1.0;
            }

            let expected = number / possible;
            let missing = possible - f64::from(u32::try_from(drawn.len()).unwrap());
            let chi_square: f64 =
                drawn.values().map(|count| (count - expected).powi(2) / expected).sum::<f64>()
                    + missing * expected;
            // Mean and standard deviation of the distribution, and eight of them as a limit.
            let limit = possible + 8.0 * (2.0 * possible).sqrt();
            assert!(chi_square < limit, "{chi_square} of {limit} for length {length}");
        }
    }

    #[test]
    fn the_first_of_three_characters_has_the_weight_of_its_continuations() {
        let chain = PasswordChain::usual();
        let total = count(chain, 3, &[|_| true]);
        let continuations = |at: usize| {
            let followers = (0..chain.alphabet.len()).filter(|b| chain.may_follow[at][*b]);
            let counts = followers.map(|b| chain.may_follow[b].iter().filter(|it| **it).count());
            f64::from(u32::try_from(counts.sum::<usize>()).unwrap())
        };

        let weights: f64 = chain.continuations[2].iter().sum();
        for (at, weight) in chain.continuations[2].iter().enumerate() {
            let expected = continuations(at) / total;
            assert!((weight / weights - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn the_last_levels_do_not_differ() {
        let [.., before, last] = &PasswordChain::usual().continuations[..] else { panic!() };

        assert!(before.iter().zip(last).all(|(a, b)| (a - b).abs() < 1e-14));
    }
}
