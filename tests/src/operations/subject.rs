//! The user that a call is made for, and other values that the call takes.

use std::collections::BTreeMap;

use super::Case;

/// The user that a call is made for, and other values that the call takes, by name.
///
/// The variables of a path have the names that they have in the operation's route.
#[derive(Clone, Debug)]
pub struct Subject {
    values: BTreeMap<&'static str, String>,
    /// For all other names.
    other: String,
}

impl Subject {
    /// Name of the user's identifier.
    pub const USER: &'static str = "userId";
    /// Name of an access token of the user.
    pub const TOKEN: &'static str = "token";

    pub(super) fn new(user: &str) -> Self {
        Self { values: BTreeMap::from([(Self::USER, user.to_owned())]), other: String::new() }
    }

    /// Creates a subject for an operation's path: with `first` for its first variable, and
    /// `second` for all other values.
    pub fn in_path(case: &Case, first: &str, second: &str) -> Self {
        let mut segments = case.operation().route.split('/');
        let variable = segments.find_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
        let values = variable.map(|variable| (variable, first.to_owned()));
        Self { values: values.into_iter().collect(), other: second.to_owned() }
    }

    /// Creates the subject of the calls in the record of the vendor's SDK.
    pub(super) fn of_the_record() -> Self {
        let mut subject = Self::new("5d0000000000000000000001");
        subject.set("code", "1234");
        subject.set("entryId", "e1");
        subject
    }

    /// Sets a value that calls take.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.values.insert(name, value.into());
    }

    /// Returns a value.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).unwrap_or(&self.other)
    }

    /// Returns a value as an identifier.
    pub fn id<T: for<'a> From<&'a str>>(&self, name: &str) -> T {
        T::from(self.value(name))
    }

    /// Returns the user's identifier.
    pub fn user<T: for<'a> From<&'a str>>(&self) -> T {
        self.id(Self::USER)
    }
}
