//! Deserializers for what services send in practice: `null`s, and strings for small objects.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
        value::MapAccessDeserializer,
    },
};

use crate::Page;

/// Deserializes a list without its `null` elements; `null` becomes `None`.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let make = |element: T| element;
    let elements = deserializer.deserialize_option(ListVisitor::new(make))?;
    Ok(elements.map(|Elements { list, .. }| list))
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
    let elements = deserializer.deserialize_option(ListVisitor::new(make))?;
    Ok(elements.map(|Elements { list, .. }| list))
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

/// Elements of a page, and how many there were including those that are `null`.
pub(crate) struct Elements<T> {
    pub(crate) list: Vec<T>,
    pub(crate) received: usize,
}

impl<T> Default for Elements<T> {
    fn default() -> Self {
        Self { list: Vec::new(), received: 0 }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Elements<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let make = |element: T| element;
        let visitor = ListVisitor { limit: Page::<T>::MAX_LEN, ..ListVisitor::new(make) };
        Ok(deserializer.deserialize_seq(visitor)?.unwrap_or_default())
    }
}

/// Deserializes a number that fails nothing: what is not a count becomes `None`.
pub(crate) fn informational<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    deserializer.deserialize_any(InformationalVisitor)
}

/// Deserializes an integer, which may be spelled as a float, such as `10.0`.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(IntegerVisitor)
}

/// Reads elements one by one, which is faster than filtering a complete list.
struct ListVisitor<R, F> {
    make: F,
    /// The largest number of elements.
    limit: usize,
    read: PhantomData<fn() -> R>,
}

impl<R, F> ListVisitor<R, F> {
    fn new(make: F) -> Self {
        Self { make, limit: usize::MAX, read: PhantomData }
    }
}

impl<'de, R: Deserialize<'de>, T, F: Fn(R) -> T> Visitor<'de> for ListVisitor<R, F> {
    type Value = Option<Elements<T>>;

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
        let (mut list, mut received) = (Vec::new(), 0);
        while received < self.limit {
            let push = Push { list: &mut list, make: &self.make, read: PhantomData };
            if elements.next_element_seed(push)?.is_none() {
                return Ok(Some(Elements { list, received }));
            }
            received += 1;
        }
        match elements.next_element::<IgnoredAny>()? {
            Some(_) => {
                let expected = format!("at most {received} elements");
                Err(A::Error::invalid_length(received + 1, &expected.as_str()))
            }
            None => Ok(Some(Elements { list, received })),
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

struct InformationalVisitor;

impl<'de> Visitor<'de> for InformationalVisitor {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).ok())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(whole(number).and_then(|number| u64::try_from(number).ok()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.trim().parse().ok())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(elements)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(members)?;
        Ok(None)
    }
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let unsigned = Unexpected::Unsigned(number);
        i64::try_from(number).map(Some).map_err(|_large| E::invalid_value(unsigned, &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        let integer = whole(number).ok_or(Unexpected::Float(number));
        integer.map(Some).map_err(|fraction| E::invalid_value(fraction, &self))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Converts a float that is an integer, within the range in which floats are exact.
fn whole(number: f64) -> Option<i64> {
    let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "it is an integer of at most 53 bits")]
    let integer = number as i64;
    is_whole.then_some(integer)
}

/// 2 to the power of 53.
const EXACT: f64 = 9_007_199_254_740_992.0;
