//! Generates identifiers, tokens and codes.

use jiff::Timestamp;

use crate::values::api_error::ApiError;

/// Generates object identifiers: 24 lower-case hex digits that sort by creation time.
#[derive(Clone, Default)]
pub(crate) struct ObjectIds {
    last: u32,
}

impl ObjectIds {
    pub(crate) fn next(&mut self, now: Timestamp) -> String {
        self.last = self.last.wrapping_add(1);
        let seconds = u32::try_from(now.as_second()).unwrap_or_default();
        format!("{seconds:08x}{:08x}{:08x}", 0x5a_db0c_u32, self.last)
    }
}

/// Returns an unguessable token.
pub(crate) fn token() -> Result<String, ApiError> {
    random().map(|bytes| format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Returns `length` random decimal digits.
pub(crate) fn digits(length: usize) -> Result<String, ApiError> {
    (0..length).map(|_| pick("0123456789")).collect()
}

/// Returns one random character of `alphabet`, which must be ASCII.
pub(crate) fn pick(alphabet: &str) -> Result<char, ApiError> {
    let [byte] = random::<1>()?;
    let index = usize::from(byte).checked_rem(alphabet.len()).unwrap_or_default();
    Ok(alphabet.chars().nth(index).unwrap_or('x'))
}

fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| ApiError::internal(format!("Random bytes are not available: {error}.")))?;
    Ok(bytes)
}

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
        let code = digits(6).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    }
}
