//! Which rows were read in which pass over a list.

use std::collections::HashMap;

use crate::row_id::RowId;

/// Identifiers of rows, each with the pass that had it last.
#[derive(Debug, Default)]
pub(crate) struct SeenRows {
    /// Almost all: 13 bytes an entry, without the space that a hash map reserves.
    hex: HashMap<[u8; 12], u8>,
    text: HashMap<Box<str>, u8>,
}

impl SeenRows {
    /// Returns the last pass that had a row.
    pub(crate) fn pass_of(&self, id: &RowId) -> Option<u8> {
        match id {
            RowId::Hex(bytes) => self.hex.get(bytes).copied(),
            RowId::Text(text) => self.text.get(text).copied(),
        }
    }

    /// Notes that a pass has a row; returns whether no pass had it before.
    pub(crate) fn insert(&mut self, id: &RowId, pass: u8) -> bool {
        match id {
            RowId::Hex(bytes) => self.hex.insert(*bytes, pass).is_none(),
            RowId::Text(text) => self.text.insert(text.clone(), pass).is_none(),
        }
    }
}
