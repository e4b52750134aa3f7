//! A type of the API's data, with a sample.

use std::fmt::{self, Debug};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A type that the service sends or takes, with a sample.
///
/// The tests check that it keeps what this version does not know, and that its `Debug` shows only
/// what it names here.
#[derive(Clone, Copy)]
pub struct Model {
    name: &'static str,
    sample: fn() -> Value,
    shows: &'static [&'static str],
    keeps_unknown: bool,
    read: fn(&str) -> serde_json::Result<Read>,
}

/// A value that was read from JSON.
#[derive(Clone, Debug)]
pub struct Read {
    /// The value, written again.
    pub written: Value,
    /// Its `Debug` output, plain and pretty.
    pub shown: String,
}

impl Model {
    /// Describes a type by its name in `trivore::models`, and a JSON sample with all its members.
    ///
    /// In the sample, `{"*": value}` is a map with any names, and `null` is any JSON.
    pub const fn new<T>(name: &'static str, sample: fn() -> Value) -> Self
    where
        T: Default + Clone + PartialEq + Send + Sync + Unpin + 'static,
        T: Debug + Serialize + DeserializeOwned,
    {
        Self { name, sample, shows: &[], keeps_unknown: false, read: read::<T> }
    }

    /// Names the members whose values `Debug` shows.
    #[must_use]
    pub const fn shows(mut self, members: &'static [&'static str]) -> Self {
        self.shows = members;
        self
    }

    /// Marks a type that keeps members and values that this version does not know.
    #[must_use]
    pub const fn keeps_unknown(mut self) -> Self {
        self.keeps_unknown = true;
        self
    }

    /// Returns the name of the type in `trivore::models`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the sample.
    pub fn sample(&self) -> Value {
        (self.sample)()
    }

    /// Whether the type keeps members and values that this version does not know.
    pub fn is_open(&self) -> bool {
        self.keeps_unknown
    }

    /// Returns the sample with this mark in every text that `Debug` must not show, and in a member
    /// that this version does not know if the type keeps it.
    pub fn marked(&self, mark: &str) -> Value {
        let mut marked = self.mark(self.sample(), mark);
        if let Value::Object(members) = &mut marked
            && self.keeps_unknown
        {
            members.insert("zz".to_owned(), Value::from(mark));
        }
        marked
    }

    /// Adds a mark to every text of a value that `Debug` must not show.
    pub fn mark(&self, mut value: Value, mark: &str) -> Value {
        for (name, member) in value.as_object_mut().into_iter().flatten() {
            if !self.shows.contains(&name.as_str()) {
                add_mark(member, mark);
            }
        }
        value
    }

    /// Reads a value, writes it again, and shows it.
    ///
    /// # Errors
    ///
    /// The text is not a value of the type.
    pub fn read(&self, json: &str) -> serde_json::Result<Read> {
        (self.read)(json)
    }
}

impl Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn read<T: Debug + Serialize + DeserializeOwned>(json: &str) -> serde_json::Result<Read> {
    let value: T = serde_json::from_str(json)?;
    let shown = format!("{value:?} {value:#?}");
    Ok(Read { written: serde_json::to_value(value)?, shown })
}

fn add_mark(value: &mut Value, mark: &str) {
    match value {
        Value::String(text) => text.insert_str(0, mark),
        Value::Array(elements) => elements.iter_mut().for_each(|element| add_mark(element, mark)),
        Value::Object(members) => {
            if let Some(any) = members.remove("*") {
                let any = if any.is_null() { Value::from("any") } else { any };
                members.insert(mark.to_owned(), any);
            }
            members.values_mut().for_each(|member| add_mark(member, mark));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
