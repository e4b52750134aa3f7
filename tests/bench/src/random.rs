//! Random numbers that are the same in each run.

/// A generator of random numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number from 0 up to 1.
    pub fn share(&mut self) -> f64 {
        f64::from(self.next()) / 2.0_f64.powi(32)
    }

    /// Returns a number below this one.
    pub fn below(&mut self, limit: u32) -> u32 {
        // Evenly enough for small limits.
        self.next() % limit.max(1)
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_evenly_and_belong_to_the_seed() {
        let shares = |seed| {
            let mut random = Random::new(seed);
            std::iter::repeat_with(move || random.share()).take(100_000)
        };

        assert!(shares(1).all(|share| (0.0..1.0).contains(&share)));
        for tenth in 0..10 {
            let tenth = f64::from(tenth) / 10.0;
            let count = shares(1).filter(|share| (tenth..tenth + 0.1).contains(share)).count();
            assert!((9_600..10_400).contains(&count), "{count} from {tenth}");
        }
        assert!(shares(7).eq(shares(7)) && shares(7).ne(shares(8)));
    }
}
