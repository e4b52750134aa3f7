//! Checks all rows before anything is sent.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use tokio::time::Instant;
use trivore::models::NamespaceCode;

use super::item::Item;
use crate::failure::Failure;
use crate::progress::ProgressDisplay;
use crate::rows::{Problem, Problems, RowFile};

/// What the check of a file has found.
pub(super) struct CheckedRows {
    pub(super) count: u64,
    /// Rows without user name, which cannot be looked up.
    pub(super) unnamed: u64,
    /// Fields that this program does not know.
    pub(super) unknown_fields: Vec<String>,
}

/// Checks all rows of a file.
///
/// # Errors
///
/// Rows are invalid, or two have the same user; the failure lists the first problems.
pub(super) fn check_rows(
    file: &RowFile,
    namespace: Option<&NamespaceCode>,
    display: &ProgressDisplay,
) -> Result<CheckedRows, Failure> {
    let start = Instant::now();
    let mut problems = Problems::default();
    let mut rows = file.rows(&mut problems)?;
    let mut users = FirstRows::default();
    let (mut count, mut unnamed) = (0, 0);
    while let Some(row) = rows.next_row()? {
        count += 1;
        display.show_count(count, start.elapsed());
        let row = match row {
            Ok(row) => row,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        let (number, line) = (row.number, row.line);
        match Item::of(row, namespace) {
            Err(problem) => problems.add(problem.in_row(number, line)),
            Ok(item) if item.user.username.is_none() => unnamed += 1,
            Ok(item) => {
                if let Some(first) = users.insert(&item.key, number) {
                    let message = format!("row {first} has the same user");
                    let problem = Problem::new(message).in_column("username");
                    problems.add(problem.in_row(number, line));
                }
            }
        }
    }
    let unknown_fields = rows.unknown_fields().map(str::to_owned).collect();
    problems.check(file.name())?;
    Ok(CheckedRows { count, unnamed, unknown_fields })
}

/// The first row of each user, by a hash of the name, in some 30 bytes a user.
#[derive(Default)]
struct FirstRows {
    rows: HashMap<u64, u64>,
    hasher: RandomState,
}

impl FirstRows {
    /// Adds a user, and returns the row that has the user already. Case does not matter, since the
    /// service may store names in lower case.
    fn insert(&mut self, key: &str, row: u64) -> Option<u64> {
        let first = self.rows.entry(self.hasher.hash_one(key.to_lowercase())).or_insert(row);
        (*first != row).then_some(*first)
    }
}
