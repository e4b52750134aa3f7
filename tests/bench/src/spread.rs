//! Median, quartiles and noise of samples.

/// Median and quartiles of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spread {
    /// Lower quartile.
    pub lower: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile.
    pub upper: f64,
    /// The noise: how far the median may be off by chance, with 95 % confidence.
    pub band: f64,
}

impl Spread {
    /// Computes the spread of samples; all values are NaN if there are none.
    pub fn of(samples: &[f64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let [lower, median, upper] = [1, 2, 3].map(|quarters| quartile(&sorted, quarters));
        let band = match sorted.as_slice() {
            // Quartiles of so few samples are meaningless, so their range is the noise.
            [first, .., last] if sorted.len() < FEW => last - first,
            // The notch of a box plot (McGill, Tukey and Larsen 1978).
            _ => 1.57 * (upper - lower) / decimal(sorted.len()).sqrt(),
        };
        Self { lower, median, upper, band }
    }
}

/// Returns the ratio of `ours` to `theirs` for each round.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect()
}

/// Interpolates between the two samples nearest to a quartile.
fn quartile(sorted: &[f64], quarters: usize) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let (index, rest) = (last * quarters / 4, last * quarters % 4);
    let next = sorted[(index + 1).min(last)];
    sorted[index] + (next - sorted[index]) * decimal(rest) / 4.0
}

/// Converts a count to a float; exact for 32-bit counts, infinite above.
pub(crate) fn decimal(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

const FEW: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} is not {right}");
    }

    #[test]
    fn quartiles_are_interpolated() {
        let spread = Spread::of(&[4.0, 1.0, 3.0, 2.0]);

        assert_near(spread.lower, 1.75);
        assert_near(spread.median, 2.5);
        assert_near(spread.upper, 3.25);
    }

    #[test]
    fn more_rounds_make_a_narrower_band() {
        let few = [1.0, 2.0, 3.0];
        let band = |times| Spread::of(&few.repeat(times)).band;

        assert_near(band(1), 2.0);
        assert!(band(4) < band(2) && band(2) < band(1));
        assert_near(Spread::of(&[2.0, 2.0]).band, 0.0);
        assert!(Spread::of(&[]).median.is_nan());
    }

    #[test]
    fn ratios_belong_to_one_round_each() {
        // If the machine is slower in the second round, both take longer.
        assert_eq!(ratios(&[2.0, 4.0], &[1.0, 2.0]), [2.0, 2.0]);
    }
}
