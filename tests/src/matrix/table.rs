//! The table: a row for each operation, two columns for each trouble.

use std::collections::HashMap;
use std::fmt;

use super::{Outcome, Problem, Times, Trouble, Verdict};
use crate::operations::Case;

/// All cells.
#[derive(Debug)]
pub struct Matrix {
    cases: Vec<Case>,
    troubles: Vec<Trouble>,
    verdicts: HashMap<(usize, usize, Times), Verdict>,
}

impl Matrix {
    pub(super) fn new(
        cases: Vec<Case>,
        troubles: Vec<Trouble>,
        verdicts: HashMap<(usize, usize, Times), Verdict>,
    ) -> Self {
        Self { cases, troubles, verdicts }
    }

    /// Describes each cell that is wrong.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (row, case) in self.cases.iter().enumerate() {
            for (column, trouble) in self.troubles.iter().enumerate() {
                for times in [Times::Once, Times::Always] {
                    match self.verdicts.get(&(row, column, times)) {
                        Some(verdict) if verdict.problems.is_empty() => {}
                        Some(Verdict { problems, story, .. }) => found.push(format!(
                            "{case:?}, {} ({times:?}): {problems:?}: {story}",
                            trouble.name
                        )),
                        None => found.push(format!("{case:?}, {}: not run", trouble.name)),
                    }
                }
            }
        }
        found
    }

    /// Counts cells and what is wrong with them, in one line.
    pub fn summary(&self) -> String {
        let outcome =
            |wanted| self.verdicts.values().filter(|verdict| verdict.outcome == wanted).count();
        let problem = |wanted| {
            self.verdicts.values().filter(|verdict| verdict.problems.contains(&wanted)).count()
        };
        format!(
            "{} operations × {} faults × {{once, always}} = {} cells: {} doubled, {} lost, {} made \
             up, {} mistold, {} missed ({} done, {} certainly not applied, {} may have been)",
            self.cases.len(),
            self.troubles.len(),
            self.verdicts.len(),
            problem(Problem::Doubled),
            problem(Problem::Lost),
            problem(Problem::MadeUp),
            problem(Problem::Mistold),
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
        writeln!(f, "Each cell: the fault strikes once, then always.")?;
        writeln!(f, "✓ done  ✗ failed, certainly not applied  ? failed, may have been applied")?;
        writeln!(f, "! wrong, see below\n")?;
        for (number, trouble) in self.troubles.iter().enumerate() {
            writeln!(f, "{:>3}  {}", number + 1, trouble.name)?;
        }
        write!(f, "\n{:<WIDTH$}", "")?;
        for number in 1..=self.troubles.len() {
            write!(f, " {number:>2}")?;
        }
        writeln!(f)?;
        for (row, case) in self.cases.iter().enumerate() {
            write!(f, "{:<WIDTH$}", case.name())?;
            for column in 0..self.troubles.len() {
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
