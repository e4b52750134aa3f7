//! Checks the measured ratios against the goals.

use super::{goals::GOALS, ratio::Ratio};

/// An upper limit on the ratio of one contender's cost to another's.
pub(super) struct Goal {
    pub(super) says: &'static str,
    pub(super) section: &'static str,
    pub(super) of: &'static str,
    pub(super) ours: &'static str,
    pub(super) theirs: &'static str,
    /// The ratio that is wanted, at most.
    pub(super) wanted: f64,
    /// The ratio that `--check` accepts instead, if what is wanted is not reliably reached.
    pub(super) held: Option<f64>,
}

/// The result of checking a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Met,
    /// Missed, but by less than the noise.
    WithinNoise,
    /// Missed, but within [`Goal::held`].
    Held,
    /// The noise is too large to check the goal.
    TooNoisy,
    Missed,
    NotMeasured,
}

/// Prints the goals of the given sections and counts the unmet ones.
///
/// # Errors
///
/// A goal was missed by more than the noise and its accepted limit, was too noisy, or was not
/// measured.
pub(super) fn check(sections: &[&str], ratios: &[Ratio]) -> Result<(), String> {
    let goals: Vec<_> = GOALS.iter().filter(|goal| sections.contains(&goal.section)).collect();
    let unmet = goals.iter().filter(|goal| !goal.is_met(ratios)).count();

    println!(
        "\n## goals\n\nMeasured values are ratios of the two contenders, ± the noise of this run.\n"
    );
    println!("| goal | of | one / other | wanted | held | measured | |");
    println!("|---|---|---|--:|--:|--:|---|");
    for goal in &goals {
        println!("{}", goal.row(ratios));
    }

    match unmet {
        0 => Ok(()),
        unmet => Err(format!("{unmet} of {} goals are not met", goals.len())),
    }
}

impl Goal {
    fn measured<'a>(&self, ratios: &'a [Ratio]) -> Option<&'a Ratio> {
        ratios.iter().find(|ratio| {
            (ratio.section.as_str(), ratio.of.as_str()) == (self.section, self.of)
                && (ratio.ours.as_str(), ratio.theirs.as_str()) == (self.ours, self.theirs)
        })
    }

    fn verdict(&self, ratios: &[Ratio]) -> Verdict {
        match self.measured(ratios) {
            None => Verdict::NotMeasured,
            Some(ratio) if ratio.median <= self.wanted => Verdict::Met,
            Some(ratio) if ratio.band > self.wanted * LARGEST_NOISE => Verdict::TooNoisy,
            Some(ratio) if ratio.median - ratio.band <= self.wanted => Verdict::WithinNoise,
            Some(ratio) if ratio.median - ratio.band <= self.held.unwrap_or(0.0) => Verdict::Held,
            Some(_) => Verdict::Missed,
        }
    }

    /// Whether the check passes.
    fn is_met(&self, ratios: &[Ratio]) -> bool {
        match self.verdict(ratios) {
            Verdict::Met | Verdict::WithinNoise | Verdict::Held => true,
            Verdict::TooNoisy | Verdict::Missed | Verdict::NotMeasured => false,
        }
    }

    fn row(&self, ratios: &[Ratio]) -> String {
        let verdict = match self.verdict(ratios) {
            Verdict::Met => "met",
            Verdict::WithinNoise => "within noise",
            Verdict::Held => "missed, within the accepted limit",
            Verdict::TooNoisy => "TOO NOISY",
            Verdict::Missed => "MISSED",
            Verdict::NotMeasured => "NOT MEASURED",
        };
        let measured = self
            .measured(ratios)
            .map_or_else(String::new, |ratio| format!("{:.3} ± {:.3}", ratio.median, ratio.band));
        let held = self.held.map_or_else(String::new, |held| format!("{held:.3}"));
        let Self { says, of, ours, theirs, wanted, .. } = self;
        format!(
            "| {says} | {of} | {ours} / {theirs} | {wanted:.3} | {held} | {measured} | {verdict} |"
        )
    }
}

/// Largest noise as a fraction of the goal; a wider band could hide a relevant change.
const LARGEST_NOISE: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(goal: &Goal, median: f64, band: f64) -> Ratio {
        Ratio {
            section: goal.section.to_owned(),
            of: goal.of.to_owned(),
            ours: goal.ours.to_owned(),
            theirs: goal.theirs.to_owned(),
            median,
            band,
        }
    }

    #[test]
    fn the_noise_of_a_run_decides_whether_a_goal_is_missed() {
        let goal = &GOALS[0];
        let verdict = |median, band| goal.verdict(&[measured(goal, median, band)]);

        assert_eq!(verdict(goal.wanted, 0.0), Verdict::Met);
        assert_eq!(verdict(goal.wanted + 0.1, 0.2), Verdict::WithinNoise);
        assert_eq!(verdict(goal.wanted + 0.1, 0.5), Verdict::TooNoisy);
        assert_eq!(verdict(f64::NAN, 0.05), Verdict::Missed);

        let held = goal.held.unwrap_or(goal.wanted);
        assert_eq!(verdict(held, 0.05), Verdict::Held);
        assert_eq!(verdict(held + 0.1, 0.05), Verdict::Missed);
    }

    #[test]
    fn the_check_fails_when_a_goal_is_missed() {
        let [good, bad] = [0.99, 1.01].map(|factor| {
            let wanted = |goal: &Goal| goal.held.unwrap_or(goal.wanted) * factor;
            GOALS.iter().map(|goal| measured(goal, wanted(goal), 0.0)).collect::<Vec<_>>()
        });
        let sections: Vec<_> = GOALS.iter().map(|goal| goal.section).collect();

        assert_eq!(check(&sections, &good), Ok(()));
        assert_eq!(check(&["stack"], &bad), Err("1 of 1 goals are not met".to_owned()));
    }

    #[test]
    fn a_goal_that_was_not_measured_is_not_met() {
        assert!(check(&["growth"], &[]).is_err());
        assert!(check(&[], &[]).is_ok());
    }
}
