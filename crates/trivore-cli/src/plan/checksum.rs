//! A checksum of JSON values, which notices edits.

use std::fmt;

use serde_json::Value;

/// The FNV-1a hash (64 bits) of values in compact JSON; it is no protection against attackers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksum(u64);

impl Checksum {
    pub(crate) fn of(value: &Value) -> Self {
        let mut checksum = Self::default();
        checksum.add(value);
        checksum
    }

    /// Adds a value to those before it.
    pub(crate) fn add(&mut self, value: &Value) {
        self.bytes(value.to_string().as_bytes());
        self.bytes(b"\n");
    }

    /// Returns the checksum of this and another one.
    pub(crate) fn then(mut self, other: Self) -> Self {
        self.bytes(&other.0.to_be_bytes());
        self
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }
}

impl Default for Checksum {
    fn default() -> Self {
        Self(BASIS)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn it_is_fnv_1a() {
        let mut checksum = Checksum::default();
        checksum.bytes(b"foobar");
        assert_eq!(checksum.to_string(), "85944171f73967e8");
    }
}
