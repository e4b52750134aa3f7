//! Deserializers for what services send in practice: `null`s, and strings for small objects.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// Deserializes a list without its `null` elements; `null` becomes `None`.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor { make: |element: T| element, read: PhantomData })
}

/// Deserializes a list without its `null` elements; `null` becomes the empty list.
pub(crate) fn full_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(list(deserializer)?.unwrap_or_default())
}

/// Deserializes a list whose elements are objects, or strings that convert to them.
pub(crate) fn text_or_object_list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + From<String>,
{
    let make = |TextOrObject(element): TextOrObject<T>| element;
    deserializer.deserialize_option(ListVisitor { make, read: PhantomData })
}

/// Deserializes a map of strings without its `null` values; `null` becomes `None`.
pub(crate) fn text_map<'de, D>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, String>>, D::Error>
where
    D: Deserializer<'de>,
{
    let entries = Option::<BTreeMap<String, Option<String>>>::deserialize(deserializer)?;
    Ok(entries.map(|entries| {
        entries.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }))
}

/// Deserializes a value from a string without copying the string.
pub(crate) fn text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

/// Deserializes a value; `null` becomes the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads elements one by one, which is faster than filtering a complete list.
struct ListVisitor<R, F> {
    make: F,
    read: PhantomData<fn() -> R>,
}

impl<'de, R: Deserialize<'de>, T, F: Fn(R) -> T> Visitor<'de> for ListVisitor<R, F> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let push = Push { list: &mut list, make: &self.make, read: PhantomData };
            if elements.next_element_seed(push)?.is_none() {
                return Ok(Some(list));
            }
        }
    }
}

/// Reads one element and pushes it onto the list.
///
/// Elements such as users are large, and returning them through functions would copy them.
struct Push<'a, R, T, F> {
    list: &'a mut Vec<T>,
    make: &'a F,
    read: PhantomData<fn() -> R>,
}

impl<'de, R: Deserialize<'de>, T, F: Fn(R) -> T> DeserializeSeed<'de> for Push<'_, R, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, R: Deserialize<'de>, T, F: Fn(R) -> T> Visitor<'de> for Push<'_, R, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let element = R::deserialize(deserializer)?;
        if self.list.is_empty() && size_of::<T>() > SIZE_OF_TEXT {
            // Most lists of objects have one element, but `Vec` would allocate space for four.
            self.list.reserve_exact(1);
        }
        self.list.push((self.make)(element));
        Ok(())
    }
}

const SIZE_OF_TEXT: usize = size_of::<String>();

struct TextOrObject<T>(T);

impl<'de, T: Deserialize<'de> + From<String>> Deserialize<'de> for TextOrObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrObjectVisitor(PhantomData))
    }
}

struct TextOrObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + From<String>> Visitor<'de> for TextOrObjectVisitor<T> {
    type Value = TextOrObject<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(TextOrObject(text.to_owned().into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(TextOrObject)
    }
}

struct TextVisitor<T>(PhantomData<fn() -> T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(text.into())
    }
}
