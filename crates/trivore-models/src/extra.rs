//! Fields this version does not name.
//!
//! An update sends a whole object back, so a field that was read and not kept would be
//! lost. Every type that the service sends holds an [`Extra`] for them, but for the envelope of
//! a page, which is never sent back.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, map};

/// Fields of a JSON object that this version does not name, as they were read.
///
/// A field that has a name in the type belongs there: writing it here as well would send
/// it twice. An explicit `null`, which no `Option` field ever sends, may be written here
/// while the named field is `None`; [`Changes`](crate::Changes) does that with less care.
///
/// `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extra(Map<String, Value>);

impl Extra {
    /// Returns a field's value.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Sets a field, and returns its previous value.
    pub fn insert(&mut self, field: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(field.into(), value.into())
    }

    /// Removes a field, and returns its value.
    pub fn remove(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field)
    }

    /// Iterates over the fields.
    pub fn iter(&self) -> map::Iter<'_> {
        self.0.iter()
    }

    /// Says whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts the fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl<'a> IntoIterator for &'a Extra {
    type Item = (&'a String, &'a Value);
    type IntoIter = map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
