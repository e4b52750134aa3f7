//! Parses JSON values and checks their shapes on the way, so that errors have a line.

use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::shape::Shape;
use crate::values::field_types::FieldType;

/// The path of the value that is being read, and what is wrong with it.
#[derive(Default)]
pub(super) struct SeedPath {
    pub(super) path: String,
    pub(super) problem: Option<String>,
}

impl SeedPath {
    /// Notes a problem; the error itself only ends the parsing and gets the line.
    pub(super) fn fail<E: Error>(&mut self, problem: impl Into<String>) -> E {
        self.problem.get_or_insert_with(|| problem.into());
        E::custom("invalid seed")
    }

    /// Appends a field to the path; returns the length to which [`leave`](Self::leave) cuts it.
    pub(super) fn enter(&mut self, name: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        length
    }

    pub(super) fn enter_element(&mut self, index: usize) -> usize {
        let length = self.path.len();
        self.path.push('[');
        self.path.push_str(&index.to_string());
        self.path.push(']');
        length
    }

    /// Returns to a part of the path, unless there is a problem, whose path is kept.
    pub(super) fn leave(&mut self, length: usize) {
        if self.problem.is_none() {
            self.path.truncate(length);
        }
    }
}

/// Reads a value of a shape.
pub(super) struct Checked<'p> {
    pub(super) shape: Shape,
    pub(super) place: &'p mut SeedPath,
}

impl Checked<'_> {
    fn accept<E: Error>(self, value: Value, fits: bool) -> Result<Value, E> {
        if fits { Ok(value) } else { Err(self.refuse()) }
    }

    fn refuse<E: Error>(self) -> E {
        self.place.fail(format!("must be {}", self.shape.expected()))
    }

    fn is(&self, accepted: fn(FieldType) -> bool) -> bool {
        match self.shape {
            Shape::Field(FieldType::Any) => true,
            Shape::Field(kind) => accepted(kind),
            _ => false,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shape.expected())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        let fits = self.is(|_| false);
        self.accept(Value::Null, fits)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        let fits = self.is(|kind| matches!(kind, FieldType::Flag));
        self.accept(flag.into(), fits)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        let fits = self.is(|kind| matches!(kind, FieldType::Number));
        self.accept(number.into(), fits)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        let fits = self.is(|kind| matches!(kind, FieldType::Number));
        self.accept(number.into(), fits)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        let fits = self.is(|_| false);
        self.accept(number.into(), fits)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        let fits = match self.shape {
            Shape::Field(FieldType::Choice(choices)) => choices.contains(&text),
            Shape::Time => text.parse::<Timestamp>().is_ok(),
            _ => self.is(|kind| matches!(kind, FieldType::Text)),
        };
        self.accept(text.into(), fits)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Some(shape) = self.shape.element() else { return Err(self.refuse()) };
        let Self { place, .. } = self;
        let mut list = Vec::new();
        loop {
            let length = place.enter_element(list.len());
            let item = items.next_element_seed(Checked { shape, place: &mut *place })?;
            place.leave(length);
            match item {
                Some(item) => list.push(item),
                None => return Ok(list.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        if !self.shape.is_object() {
            return Err(self.refuse());
        }
        let Self { shape, place } = self;
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let length = place.enter(&name);
            let Some(shape) = shape.member(&name) else {
                return Err(place.fail("unknown field"));
            };
            if object.contains_key(&name) {
                return Err(place.fail("appears twice"));
            }
            let value = fields.next_value_seed(Checked { shape, place: &mut *place })?;
            place.leave(length);
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

/// Returns whether a value has a shape.
pub(super) fn fits(value: &Value, shape: Shape) -> bool {
    Checked { shape, place: &mut SeedPath::default() }.deserialize(value).is_ok()
}
