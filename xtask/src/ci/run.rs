//! Runs the steps and prints the table.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::{outcome::Outcome, steps::STEPS};
use crate::{tools::Tools, workspace::Workspace};

/// One check.
pub(super) struct Step {
    pub(super) name: &'static str,
    /// What the step checks; the table says so if the step is skipped.
    pub(super) checks: &'static str,
    pub(super) run: fn(&Workspace, &Tools) -> Outcome,
}

/// Runs the named steps, or all if none is named, and prints the table.
///
/// # Errors
///
/// A step failed, or a name is unknown.
pub(crate) fn run(workspace: &Workspace, tools: &Tools, names: &[String]) -> Result<(), String> {
    let is_known = |name: &&String| STEPS.iter().any(|step| step.name == name.as_str());
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("no step `{unknown}`; there are {}", known.join(", ")));
    }
    let is_chosen = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    let rows: Vec<_> =
        STEPS.iter().filter(is_chosen).map(|step| timed(step, workspace, tools)).collect();

    println!("\n{:<16} {:>7}  result", "step", "seconds");
    for row in &rows {
        println!("{row}");
    }

    let count = |is: fn(&Outcome) -> bool| rows.iter().filter(|row| is(&row.outcome)).count();
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    if skipped > 0 {
        println!("{skipped} of {} steps skipped", rows.len());
    }
    match count(|outcome| matches!(outcome, Outcome::Failed(_))) {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} steps failed", rows.len())),
    }
}

struct StepResult {
    step: &'static Step,
    time: Duration,
    outcome: Outcome,
}

impl fmt::Display for StepResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, time, outcome } = self;
        write!(f, "{:<16} {:>7.1}  {outcome}", step.name, time.as_secs_f64())?;
        match outcome {
            Outcome::Skipped(_) => write!(f, ": {} not checked", step.checks),
            Outcome::Passed | Outcome::Failed(_) => Ok(()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "reports the seconds a person waits")]
fn timed(step: &'static Step, workspace: &Workspace, tools: &Tools) -> StepResult {
    let name = step.name;
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = (step.run)(workspace, tools);
    let time = start.elapsed();
    println!("== {name}: {outcome} after {:.1} s", time.as_secs_f64());
    StepResult { step, time, outcome }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, Step, StepResult};
    use crate::tools::Unavailable;

    static STEP: Step = Step { name: "deny", checks: "licenses", run: |_, _| Outcome::Passed };

    fn shown(outcome: Outcome) -> String {
        StepResult { step: &STEP, time: Duration::from_millis(1200), outcome }.to_string()
    }

    #[test]
    fn a_skipped_step_says_why_and_what_was_not_checked() {
        let missing: Result<(), _> = Err(Unavailable::Missing("no network".to_owned()));

        let row = shown(Outcome::of(missing, |()| Ok(())));

        assert_eq!(row, "deny                 1.2  SKIP (no network): licenses not checked");
    }

    #[test]
    fn a_failed_installation_is_not_skipped() {
        let failed: Result<(), _> = Err(Unavailable::Failed("does not compile".to_owned()));

        let row = shown(Outcome::of(failed, |()| Ok(())));

        assert_eq!(row, "deny                 1.2  FAIL does not compile");
    }

    #[test]
    fn a_check_that_fails_is_never_skipped() {
        let row = shown(Outcome::of(Ok(()), |()| Err("a license".to_owned())));

        assert_eq!(row, "deny                 1.2  FAIL a license");
    }
}
