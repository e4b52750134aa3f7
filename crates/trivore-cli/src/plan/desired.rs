//! The desired users of a file: checked, and found by their keys.

use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use serde::{Deserialize, Serialize};
use trivore::models::NamespaceCode;

use super::desired_row::RowRules;
use super::key_field::KeyField;
use super::spool::{Spool, SpooledLines};
use crate::failure::Failure;
use crate::rows::{Document, Problem, Problems, RowFile};

/// The desired users of a file.
///
/// Memory has the hash of each row's key and its place in a temporary file, which has the rest.
pub(super) struct DesiredUsers {
    pub(super) key: KeyField,
    pub(super) namespace: Option<NamespaceCode>,
    /// Fields of the rows that are ignored.
    pub(super) ignored: Vec<String>,
    rows: SpooledLines,
    /// In the order of the hashes.
    index: Vec<Entry>,
    hashes: RandomState,
}

struct Entry {
    hash: u64,
    /// The place of the row, and in the lowest bit, whether a user was found for it.
    place: u64,
}

/// A desired user.
#[derive(Serialize, Deserialize)]
pub(super) struct DesiredUser {
    pub(super) row: u64,
    line: u64,
    pub(super) key: String,
    pub(super) document: Document,
}

impl DesiredUsers {
    /// Reads and checks all rows.
    pub(super) fn read(
        file: &RowFile,
        key: KeyField,
        namespace: Option<NamespaceCode>,
        allow_unknown: bool,
    ) -> Result<Self, Failure> {
        let (hashes, mut problems) = (RandomState::new(), Problems::default());
        let mut rules = RowRules { key, namespace, ignored: BTreeSet::new() };
        let (mut spool, mut index) = (Spool::new()?, Vec::new());
        let mut reader = file.rows(&mut problems)?;
        while let Some(row) = reader.next_row()? {
            let checked = row.and_then(|mut row| Ok((rules.check(&mut row)?, row)));
            match checked {
                Err(found) => problems.extend(found),
                Ok((key, row)) => {
                    let hash = hashes.hash_one(rules.key.normalized(&key));
                    let (number, line, document) = (row.number, row.line, row.document);
                    let place = spool.add(&DesiredUser { row: number, line, key, document })? << 1;
                    index.push(Entry { hash, place });
                }
            }
        }
        let unknown: Vec<_> = reader.unknown_fields().map(str::to_owned).collect();
        for name in unknown.iter().filter(|_| !allow_unknown) {
            let message = "unknown field; leave it out, or allow it with --allow-unknown";
            problems.add(Problem::new(message).in_column(name));
        }
        index.sort_unstable_by_key(|entry: &Entry| (entry.hash, entry.place));
        let ignored = rules.ignored.iter().map(|name| (*name).to_owned()).collect();
        let (key, namespace, rows) = (rules.key, rules.namespace, spool.finish()?);
        let mut desired = Self { key, namespace, ignored, rows, index, hashes };
        desired.check_keys(&mut problems)?;
        if desired.index.is_empty() && problems.count() == 0 {
            problems.add(Problem::new("there are no rows"));
        }
        problems.check(file.name())?;
        Ok(desired)
    }

    /// Returns the row for a key, and marks that there is a user for it; the flag says whether there
    /// was one before.
    pub(super) fn take(&mut self, key: &str) -> Result<Option<(DesiredUser, bool)>, Failure> {
        let key = self.key.normalized(key);
        let hash = self.hashes.hash_one(&key);
        let mut at = self.index.partition_point(|entry| entry.hash < hash);
        while let Some(entry) = self.index.get_mut(at).filter(|entry| entry.hash == hash) {
            let user: DesiredUser = self.rows.at(entry.place >> 1)?;
            if self.key.normalized(&user.key) == key {
                let was_taken = entry.place & 1 == 1;
                entry.place |= 1;
                return Ok(Some((user, was_taken)));
            }
            at += 1;
        }
        Ok(None)
    }

    /// Goes to the rows for which there is no user, in the order of the file.
    pub(super) fn missing(mut self) -> MissingUsers {
        self.index.retain(|entry| entry.place & 1 == 0);
        self.index.sort_unstable_by_key(|entry| entry.place);
        MissingUsers { rows: self.rows, index: self.index.into_iter() }
    }

    /// Reports rows that have the key of an earlier one.
    fn check_keys(&mut self, problems: &mut Problems) -> Result<(), Failure> {
        let mut found = Vec::new();
        for same in self.index.chunk_by(|a, b| a.hash == b.hash).filter(|same| same.len() > 1) {
            let mut earlier: Vec<DesiredUser> = Vec::new();
            for entry in same {
                let user: DesiredUser = self.rows.at(entry.place >> 1)?;
                let key = self.key.normalized(&user.key);
                match earlier.iter().find(|other| self.key.normalized(&other.key) == key) {
                    Some(other) => found.push((user.row, user.line, other.row)),
                    None => earlier.push(user),
                }
            }
        }
        found.sort_unstable();
        problems.extend(found.into_iter().map(|(row, line, other)| {
            let message = format!("row {other} has the same {}", self.key);
            Problem::new(message).in_row(row, line)
        }));
        Ok(())
    }
}

/// The rows for which there is no user.
pub(super) struct MissingUsers {
    rows: SpooledLines,
    index: std::vec::IntoIter<Entry>,
}

impl MissingUsers {
    pub(super) fn next(&mut self) -> Result<Option<DesiredUser>, Failure> {
        self.index.next().map(|entry| self.rows.at(entry.place >> 1)).transpose()
    }
}
