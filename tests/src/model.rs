//! A type of the API's data, with a sample.

use std::any;
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
    type_name: fn() -> &'static str,
    sample: fn() -> Value,
    shows: &'static [&'static str],
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
    /// Describes a type of `trivore::models` with a JSON sample of all its members.
    ///
    /// In the sample, `{"*": value}` is a map with any names, and `null` is any JSON.
    pub const fn new<T>(sample: fn() -> Value) -> Self
    where
        T: Default + Clone + PartialEq + Send + Sync + Unpin + 'static,
        T: Debug + Serialize + DeserializeOwned,
    {
        Self { type_name: any::type_name::<T>, sample, shows: &[], read: read::<T> }
    }

    /// Names the members whose values `Debug` shows, with dots between levels.
    #[must_use]
    pub const fn shows(mut self, members: &'static [&'static str]) -> Self {
        self.shows = members;
        self
    }

    /// Returns the name of the type in `trivore::models`.
    pub fn name(&self) -> &'static str {
        let path = (self.type_name)();
        path.rsplit_once("::").map_or(path, |(_, name)| name)
    }

    /// Returns the sample.
    pub fn sample(&self) -> Value {
        (self.sample)()
    }

    /// Whether the type keeps a member that this version does not know.
    pub fn is_open(&self) -> bool {
        let mut sample = self.sample();
        sample["zz"] = Value::from(1);
        self.read(&sample.to_string()).is_ok_and(|read| read.written["zz"] == 1)
    }

    /// Returns the sample with this mark in every text that `Debug` must not show, and in a member
    /// that this version does not know if the type keeps it.
    pub fn marked(&self, mark: &str) -> Value {
        let mut marked = self.mark(self.sample(), mark);
        if let Value::Object(members) = &mut marked
            && self.is_open()
        {
            members.insert("zz".to_owned(), Value::from(mark));
        }
        marked
    }

    /// Adds a mark to every text of a value that `Debug` must not show.
    pub fn mark(&self, mut value: Value, mark: &str) -> Value {
        for (name, member) in value.as_object_mut().into_iter().flatten() {
            self.add_mark(member, name, mark);
        }
        value
    }

    /// Adds a mark to the texts of a value at a path of names with dots.
    fn add_mark(&self, value: &mut Value, path: &str, mark: &str) {
        match value {
            _ if self.shows.contains(&path) => {}
            Value::String(text) => text.insert_str(0, mark),
            Value::Array(elements) => {
                for element in elements {
                    self.add_mark(element, path, mark);
                }
            }
            Value::Object(members) => {
                if let Some(any) = members.remove("*") {
                    let any = if any.is_null() { Value::from("any") } else { any };
                    members.insert(mark.to_owned(), any);
                }
                for (name, member) in members {
                    self.add_mark(member, &format!("{path}.{name}"), mark);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
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
        f.write_str(self.name())
    }
}

fn read<T: Debug + Serialize + DeserializeOwned>(json: &str) -> serde_json::Result<Read> {
    let value: T = serde_json::from_str(json)?;
    let shown = format!("{value:?} {value:#?}");
    Ok(Read { written: serde_json::to_value(value)?, shown })
}
