//! Renders the path of a decode error with no other names than those of the type.

use std::any::type_name;

use serde::de::value::Error;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_path_to_error::{Path, Segment};

/// Renders a path in which names are shown as `*`, unless `T` has a field of this name there.
///
/// An application may make the keys of its own data of personal data. serde does not tell which
/// keys are fields, so `T` is asked: it reads a value that has nothing but this path, and then,
/// for each name, the same with another name. If it reads the two in different ways, it has such
/// a field. This takes no longer for a larger response, and no longer for longer keys.
pub(crate) fn known_path<T: DeserializeOwned>(path: &Path) -> String {
    let steps: Vec<PathStep<'_>> = path.iter().take(MAX_STEPS).map(PathStep::of).collect();
    let places = places_of::<T>(&steps);
    let mut text = String::new();
    for (at, step) in steps.iter().enumerate() {
        if let PathStep::Element(index) = step {
            text.extend(["[", &index.to_string(), "]"]);
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(step.name().filter(|_| is_field::<T>(&steps, at, &places)).unwrap_or("*"));
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// Whether `T` reads the name of this step as its own, and its value as no other member's.
fn is_field<T: DeserializeOwned>(steps: &[PathStep<'_>], at: usize, places: &[Position]) -> bool {
    if !places.get(at).is_some_and(|place| place.reads_name) {
        return false;
    }
    let reader = |places: &[Position]| places.get(at + 1).map(|place| place.reader);
    let mut other = steps[..=at].to_vec();
    other[at] = PathStep::Member(NO_FIELD);
    reader(places) != reader(&places_of::<T>(&other))
}

/// One step of a path.
#[derive(Clone, Copy)]
enum PathStep<'a> {
    Member(&'a str),
    Element(usize),
    Unknown,
}

impl<'a> PathStep<'a> {
    fn of(segment: &'a Segment) -> Self {
        match segment {
            Segment::Seq { index } => Self::Element(*index),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                // Fields have shorter names, and the names are read several times.
                Self::Member(if name.len() > MAX_NAME_LENGTH { NO_FIELD } else { name })
            }
            Segment::Unknown => Self::Unknown,
        }
    }

    fn name(&self) -> Option<&'a str> {
        match self {
            Self::Member(name) => Some(name),
            Self::Element(_) | Self::Unknown => None,
        }
    }
}

/// How a type reads the value at one place of a path.
struct Position {
    /// The name of the visitor's type.
    reader: &'static str,
    /// Whether it reads the name of the next step as that of a field or a variant.
    reads_name: bool,
}

/// Lets `T` read a value that consists of these steps.
fn places_of<T: DeserializeOwned>(steps: &[PathStep<'_>]) -> Vec<Position> {
    let mut places = Vec::with_capacity(steps.len() + 1);
    // It fails at the end of the path, if not before.
    drop(T::deserialize(Walk { steps, places: &mut places }));
    places
}

/// A value of which only a path exists.
struct Walk<'a> {
    steps: &'a [PathStep<'a>],
    places: &'a mut Vec<Position>,
}

impl<'de> Deserializer<'de> for Walk<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { steps, places } = self;
        places.push(Position { reader: type_name::<V>(), reads_name: false });
        match steps.split_first() {
            Some((PathStep::Member(name), steps)) => {
                visitor.visit_map(Entry { name: Some(name), inner: Walk { steps, places } })
            }
            Some((PathStep::Element(_), steps)) => {
                visitor.visit_seq(Entry { name: Some(""), inner: Walk { steps, places } })
            }
            Some((PathStep::Unknown, _)) | None => Err(Error::custom(END)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Reads the name of a variant; the path ends there.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        let name = self.steps.first().and_then(PathStep::name);
        let reads_name = name.is_some_and(|name| variants.contains(&name));
        self.places.push(Position { reader: type_name::<V>(), reads_name });
        if reads_name {
            self.places.push(Position { reader: "variant", reads_name: false });
        }
        Err(Error::custom(END))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The only member of an object, or the only element of an array.
struct Entry<'a> {
    name: Option<&'a str>,
    inner: Walk<'a>,
}

impl Entry<'_> {
    fn inner(&mut self) -> Walk<'_> {
        Walk { steps: self.inner.steps, places: self.inner.places }
    }
}

impl<'de> MapAccess<'de> for Entry<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.name.take() else { return Ok(None) };
        let place = self.inner.places.last_mut();
        seed.deserialize(FieldName { name, place }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.inner())
    }
}

impl<'de> SeqAccess<'de> for Entry<'_> {
    type Error = Error;

    fn next_element_seed<E: DeserializeSeed<'de>>(
        &mut self,
        seed: E,
    ) -> Result<Option<E::Value>, Error> {
        if self.name.take().is_none() {
            return Ok(None);
        }
        seed.deserialize(self.inner()).map(Some)
    }
}

/// The name of a member; notes whether a struct reads it, or a map.
struct FieldName<'a> {
    name: &'a str,
    place: Option<&'a mut Position>,
}

impl<'de> Deserializer<'de> for FieldName<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.name)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(place) = self.place {
            place.reads_name = true;
        }
        visitor.visit_str(self.name)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// A name that is no field of any type.
const NO_FIELD: &str = "\u{0}";

/// Longer names are no fields.
const MAX_NAME_LENGTH: usize = 100;

/// Steps beyond this one do not fit into the text of a path.
const MAX_STEPS: usize = 100;

const END: &str = "the end of the path";
