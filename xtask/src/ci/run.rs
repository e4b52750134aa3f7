//! Runs the steps and prints the table.

use std::time::{Duration, Instant};

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
    for Row { step, time, outcome } in &rows {
        let unchecked = match outcome {
            Outcome::Skipped(_) => format!(": {} not checked", step.checks),
            Outcome::Passed | Outcome::Failed(_) => String::new(),
        };
        println!("{:<16} {:>7.1}  {outcome}{unchecked}", step.name, time.as_secs_f64());
    }

    match rows.iter().filter(|row| matches!(row.outcome, Outcome::Failed(_))).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} steps failed", rows.len())),
    }
}

struct Row {
    step: &'static Step,
    time: Duration,
    outcome: Outcome,
}

#[expect(clippy::disallowed_methods, reason = "reports the seconds a person waits")]
fn timed(step: &'static Step, workspace: &Workspace, tools: &Tools) -> Row {
    let name = step.name;
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = (step.run)(workspace, tools);
    let time = start.elapsed();
    println!("== {name}: {outcome} after {:.1} s", time.as_secs_f64());
    Row { step, time, outcome }
}
