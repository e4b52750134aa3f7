//! Deterministic mutations of inputs.

/// Generates inputs from seeds.
pub(super) struct Mutations<'a> {
    seeds: &'a [Vec<u8>],
    state: u64,
}

impl<'a> Mutations<'a> {
    pub(super) fn new(seeds: &'a [Vec<u8>]) -> Self {
        Self { seeds, state: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Returns the next input: one of the seeds with one to four changes.
    pub(super) fn next(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut input = self.seeds[seed].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input.truncate(MAX_LENGTH);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = at + self.below(input.len() - at + 1).min(64);
        match self.below(9) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2 if at < input.len() => input[at] ^= 1 << self.below(8),
            3 if at < input.len() => input[at] = u8::try_from(self.below(256)).unwrap(),
            4 => {
                let copy = input[at..end].to_vec();
                input.splice(at..at, copy);
            }
            5 => {
                let other = self.below(self.seeds.len());
                let other = &self.seeds[other];
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            6 => {
                let token = TOKENS[self.below(TOKENS.len())];
                input.splice(at..end, token.iter().copied());
            }
            _ => {
                let token = TOKENS[self.below(TOKENS.len())];
                input.splice(at..at, token.iter().copied());
            }
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        // Knuth's MMIX generator. Its low bits are weak, so only the high bits are used.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap() % bound
    }
}

const MAX_LENGTH: usize = 16 << 10;

/// Tokens that are likely to confuse parsers.
const TOKENS: [&[u8]; 48] = [
    b"\"",
    b"\\",
    b"\\u",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u000a",
    b"\\u202e",
    b"\0",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\t",
    b" ",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\x7f",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[[[[[",
    b"(((((((((",
    b")",
    b",",
    b":",
    b"=",
    b"null",
    b"true",
    b"0",
    b"-",
    b"-0.0",
    b"1e999",
    b"1.0000000000000001234e-7",
    b"18446744073709551616",
    b"-9223372036854775809",
    b" and ",
    b" or ",
    b" not (",
    b" pr",
    b"{\"\":",
    b"\"id\":\"1\",",
    b"\xf0\x9f\x98\x80",
    b"%00",
];
