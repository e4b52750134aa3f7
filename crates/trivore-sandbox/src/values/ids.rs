//! Generates identifiers, tokens and codes.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::values::api_error::ApiError;

/// Generates object identifiers: 24 lower-case hex digits that sort by creation time.
#[derive(Clone, Default)]
pub(crate) struct ObjectIds {
    pub(crate) last: u32,
    /// How often the state was replaced by an earlier one, whose identifiers would come again.
    pub(crate) generation: u32,
}

impl ObjectIds {
    pub(crate) fn next(&mut self, now: Timestamp) -> String {
        self.last = self.last.wrapping_add(1);
        let seconds = u32::try_from(now.as_second()).unwrap_or_default();
        let generation = 0x5a_db0c_u32.wrapping_add(self.generation);
        format!("{seconds:08x}{generation:08x}{:08x}", self.last)
    }
}

/// Source of random values: the system's, or a sequence that is the same for the same seed.
pub(crate) enum Random {
    System,
    /// The state of `SplitMix64`.
    Seeded(AtomicU64),
}

/// The copy continues the sequence from where it is.
impl Clone for Random {
    fn clone(&self) -> Self {
        Self::new(self.position())
    }
}

impl Random {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        seed.map_or(Self::System, |seed| Self::Seeded(AtomicU64::new(seed)))
    }

    /// Returns where a seeded sequence is.
    pub(crate) fn position(&self) -> Option<u64> {
        match self {
            Self::System => None,
            Self::Seeded(state) => Some(state.load(Ordering::Relaxed)),
        }
    }

    /// Returns a token, which is unguessable if the source is the system's.
    pub(crate) fn token(&self) -> Result<String, ApiError> {
        let (high, low) = (self.number()?, self.number()?);
        Ok(format!("{high:016x}{low:016x}"))
    }

    /// Returns `length` decimal digits.
    pub(crate) fn digits(&self, length: usize) -> Result<String, ApiError> {
        (0..length).map(|_| self.pick("0123456789")).collect()
    }

    /// Returns one character of `alphabet`, which must be ASCII.
    pub(crate) fn pick(&self, alphabet: &str) -> Result<char, ApiError> {
        let length = u64::try_from(alphabet.len()).unwrap_or_default();
        let index = self.number()?.checked_rem(length).unwrap_or_default();
        let index = usize::try_from(index).unwrap_or_default();
        Ok(alphabet.chars().nth(index).unwrap_or('x'))
    }

    fn number(&self) -> Result<u64, ApiError> {
        match self {
            Self::System => {
                let mut bytes = [0; 8];
                getrandom::fill(&mut bytes).map_err(|error| {
                    ApiError::internal(format!("Random bytes are not available: {error}."))
                })?;
                Ok(u64::from_ne_bytes(bytes))
            }
            Self::Seeded(state) => {
                let last = state.fetch_add(STEP, Ordering::Relaxed);
                let mut number = last.wrapping_add(STEP);
                number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                Ok(number ^ (number >> 31))
            }
        }
    }
}

/// Returns an unguessable token.
pub(crate) fn token() -> Result<String, ApiError> {
    Random::System.token()
}

/// The increment of `SplitMix64`.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_have_24_digits_and_sort_by_creation() {
        let mut ids = ObjectIds::default();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let later = Timestamp::from_second(1_700_000_001).unwrap();
        let all = [ids.next(now), ids.next(now), ids.next(later)];
        assert!(all.is_sorted());
        assert!(all.iter().all(|id| id.len() == 24));
    }

    #[test]
    fn codes_are_digits() {
        let code = Random::new(None).digits(6).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn a_seed_gives_one_sequence() {
        let sequence = |seed| {
            let random = Random::new(Some(seed));
            (random.token().unwrap(), random.digits(6).unwrap(), random.position())
        };
        assert_eq!(sequence(7), sequence(7));
        assert_ne!(sequence(7), sequence(8));
        // The first number of SplitMix64 for the seed 0.
        assert!(sequence(0).0.starts_with("e220a8397b1dcdaf"));
    }
}
