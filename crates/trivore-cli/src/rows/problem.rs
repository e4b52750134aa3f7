//! What is wrong with the rows of a file, and where.

use std::fmt;

use crate::failure::Failure;
use crate::plural::counted;

/// What is wrong at one place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The row, from 1, without the header.
    pub(crate) row: Option<u64>,
    /// The line of the file, from 1.
    pub(crate) line: Option<u64>,
    /// The header of the column, or the field.
    pub(crate) column: Option<String>,
    pub(crate) message: String,
}

impl Problem {
    /// Makes a problem of the file as a whole.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { row: None, line: None, column: None, message: message.into() }
    }

    pub(crate) fn in_column(self, column: &str) -> Self {
        Self { column: Some(column.to_owned()), ..self }
    }

    pub(crate) fn in_row(self, row: u64, line: u64) -> Self {
        Self { row: Some(row), line: Some(line), ..self }
    }

    pub(crate) fn in_line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.row, self.line) {
            (Some(row), Some(line)) => write!(f, "row {row} (line {line})")?,
            (Some(row), None) => write!(f, "row {row}")?,
            (None, Some(line)) => write!(f, "line {line}")?,
            (None, None) => {}
        }
        if let Some(column) = &self.column {
            let comma = if self.row.or(self.line).is_some() { ", " } else { "" };
            write!(f, "{comma}column {column}")?;
        }
        let has_place = self.row.or(self.line).is_some() || self.column.is_some();
        write!(f, "{}{}", if has_place { ": " } else { "" }, self.message)
    }
}

/// The problems of a file: the first ones, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    listed: Vec<Problem>,
    count: u64,
}

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(problem);
        }
    }

    /// How many problems there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Fails if there are problems; the failure lists the first ones.
    pub(crate) fn check(self, file: &str) -> Result<(), Failure> {
        if self.count == 0 {
            return Ok(());
        }
        let problems = counted(self.count, "problem");
        let mut failure = Failure::usage(format!("{file} has {problems}; nothing was sent"));
        let rest = self.count - u64::try_from(self.listed.len()).unwrap_or(self.count);
        for problem in self.listed {
            failure = failure.note(problem.to_string());
        }
        if rest > 0 {
            failure = failure.note(format!("and {rest} more"));
        }
        Err(failure)
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        problems.into_iter().for_each(|problem| self.add(problem));
    }
}

const MOST_LISTED: usize = 20;

#[cfg(test)]
mod tests {
    use super::{Problem, Problems};

    #[test]
    fn a_problem_says_where_it_is() {
        let problem = Problem::new("oops");
        assert_eq!(problem.to_string(), "oops");
        assert_eq!(problem.clone().in_line(7).to_string(), "line 7: oops");
        assert_eq!(problem.clone().in_column("tags").to_string(), "column tags: oops");
        let problem = problem.in_column("tags").in_row(3, 7);
        assert_eq!(problem.to_string(), "row 3 (line 7), column tags: oops");
    }

    #[test]
    fn of_many_problems_the_first_are_listed_and_the_others_counted() {
        let mut problems = Problems::default();
        assert!(Problems::default().check("users.csv").is_ok());
        problems.extend((1..=25).map(|row| Problem::new("oops").in_row(row, row + 1)));
        let failure = problems.check("users.csv").unwrap_err();
        assert_eq!(failure.message(), "users.csv has 25 problems; nothing was sent");
    }
}
