//! The table: a row per operation, two cells per fault.

use std::collections::HashMap;
use std::fmt;

use super::{Outcome, Problem, Scenario, Times, Verdict};
use crate::operations::Case;

/// The results of all cells.
#[derive(Debug)]
pub struct Matrix {
    cases: &'static [Case],
    scenarios: Vec<Scenario>,
    verdicts: HashMap<(usize, usize, Times), Verdict>,
}

impl Matrix {
    pub(super) fn new(
        cases: &'static [Case],
        scenarios: Vec<Scenario>,
        verdicts: HashMap<(usize, usize, Times), Verdict>,
    ) -> Self {
        Self { cases, scenarios, verdicts }
    }

    /// Describes each failed cell.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (row, case) in self.cases.iter().enumerate() {
            for (column, scenario) in self.scenarios.iter().enumerate() {
                for times in [Times::Once, Times::Always] {
                    match self.verdicts.get(&(row, column, times)) {
                        Some(verdict) if verdict.problems.is_empty() => {}
                        Some(Verdict { problems, description, .. }) => found.push(format!(
                            "{case:?}, {} ({times:?}): {problems:?}: {description}",
                            scenario.name
                        )),
                        None => found.push(format!("{case:?}, {}: not run", scenario.name)),
                    }
                }
            }
        }
        found
    }

    /// Counts cells, problems and outcomes, in one line.
    pub fn summary(&self) -> String {
        let outcome =
            |wanted| self.verdicts.values().filter(|verdict| verdict.outcome == wanted).count();
        let problem = |wanted| {
            self.verdicts.values().filter(|verdict| verdict.problems.contains(&wanted)).count()
        };
        format!(
            "{} operations × {} faults × {{once, always}} = {} cells: {} duplicated, {} lost, {} falsely \
             reported as done, {} misreported, {} without the fault ({} done, {} not applied, {} possibly \
             applied)",
            self.cases.len(),
            self.scenarios.len(),
            self.verdicts.len(),
            problem(Problem::Doubled),
            problem(Problem::Lost),
            problem(Problem::MadeUp),
            problem(Problem::Misreported),
            problem(Problem::Missed),
            outcome(Outcome::Done),
            outcome(Outcome::NotApplied),
            outcome(Outcome::Unclear),
        )
    }

    fn cell(&self, row: usize, column: usize, times: Times) -> String {
        match self.verdicts.get(&(row, column, times)) {
            Some(verdict) if verdict.problems.is_empty() => verdict.outcome.to_string(),
            Some(_) | None => "!".to_owned(),
        }
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Each cell has two results: with the fault once, and with the fault always.")?;
        writeln!(f, "✓ done  ✗ failed, not applied  ? failed, may have been applied")?;
        writeln!(f, "! problem, see below\n")?;
        for (number, scenario) in self.scenarios.iter().enumerate() {
            writeln!(f, "{:>3}  {}", number + 1, scenario.name)?;
        }
        write!(f, "\n{:<WIDTH$}", "")?;
        for number in 1..=self.scenarios.len() {
            write!(f, " {number:>2}")?;
        }
        writeln!(f)?;
        for (row, case) in self.cases.iter().enumerate() {
            write!(f, "{:<WIDTH$}", case.name())?;
            for column in 0..self.scenarios.len() {
                let [once, always] =
                    [Times::Once, Times::Always].map(|times| self.cell(row, column, times));
                write!(f, " {once}{always}")?;
            }
            writeln!(f)?;
        }
        for problem in self.problems() {
            writeln!(f, "\n{problem}")?;
        }
        writeln!(f, "\n{}", self.summary())
    }
}

const WIDTH: usize = 35;
