//! Medians, quartiles and noise of samples.

/// Where the middle half of some samples lies.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spread {
    /// A quarter of the samples is below.
    pub lower: f64,
    /// Half of the samples is below.
    pub median: f64,
    /// A quarter of the samples is above.
    pub upper: f64,
    /// How far the median may be off by chance, 19 times out of 20.
    pub band: f64,
}

impl Spread {
    /// Describes samples; all is NaN when there are none.
    pub fn of(samples: &[f64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let [lower, median, upper] = [1, 2, 3].map(|quarters| quartile(&sorted, quarters));
        let band = match sorted.as_slice() {
            // Quartiles of so few say nothing: the true median is likely among them.
            [first, .., last] if sorted.len() < FEW => last - first,
            // The notch of a box plot (McGill, Tukey and Larsen 1978).
            _ => 1.57 * (upper - lower) / decimal(sorted.len()).sqrt(),
        };
        Self { lower, median, upper, band }
    }
}

/// How many times as much `ours` took as `theirs`, round by round.
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

/// Counts are small enough for this to be exact.
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
        // A machine that slows down in the second round slows both.
        assert_eq!(ratios(&[2.0, 4.0], &[1.0, 2.0]), [2.0, 2.0]);
    }
}
