//! Limits how deeply values are nested, so that recursion over them is limited.

use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

/// Checks that a value has at most 64 levels of objects and arrays, the limit for requests.
///
/// The limit is this SDK's own: if a value that is nested much deeper were stored, no list that
/// contains it could be read.
///
/// # Examples
///
/// ```
/// use trivore_models::{StudentState, check_depth};
///
/// let mut state = StudentState::default();
/// state.extra.insert("newer", vec![1]);
/// assert!(check_depth(&state).is_ok());
///
/// let deep = (0..64).fold(serde_json::json!(1), |inner, _| vec![inner].into());
/// state.extra.insert("newer", deep);
/// assert!(check_depth(&state).is_err());
/// ```
///
/// # Errors
///
/// The value has more levels.
pub fn check_depth<T: Serialize + ?Sized>(value: &T) -> Result<(), TooDeep> {
    if is_within(value, MAX_DEPTH) { Ok(()) } else { Err(TooDeep(())) }
}

/// A value is nested too deeply; see [`check_depth`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("value is nested deeper than {MAX_DEPTH} levels")]
pub struct TooDeep(());

/// Whether a value has at most `limit` levels of objects and arrays.
///
/// A value that cannot be serialized has no depth.
pub(crate) fn is_within<T: Serialize + ?Sized>(value: &T, limit: usize) -> bool {
    let mut serializer = Serializer::with_formatter(io::sink(), Levels(limit));
    // The sink itself never fails.
    !value.serialize(&mut serializer).is_err_and(|error| error.is_io())
}

/// Counts the levels that are left, and stops serializing below the last one.
struct Levels(usize);

impl Levels {
    fn begin(&mut self) -> io::Result<()> {
        self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(())
    }
}

impl Formatter for Levels {
    fn begin_array<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin()
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin()
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

/// Levels of nesting that a request may have.
///
/// Responses are read up to 128 levels, and a list adds two of its own.
pub(crate) const MAX_DEPTH: usize = 64;

/// Levels up to which `serde_json` reads a value.
pub(crate) const READ_DEPTH: usize = 128;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn levels_are_those_of_objects_and_arrays() {
        for (value, levels) in
            [(json!(1), 0), (json!([]), 1), (json!({"a": 1, "b": [{}], "c": [1]}), 3)]
        {
            assert!(is_within(&value, levels));
            assert!(levels == 0 || !is_within(&value, levels - 1));
        }
    }

    #[test]
    fn thousands_of_levels_are_no_problem() {
        let deep = (0..5000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));

        assert!(!is_within(&deep, MAX_DEPTH));
    }
}
