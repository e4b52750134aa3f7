//! Notes the members of a JSON object that matter for every type, while it is decoded.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    DeserializeSeed, Error as _, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor,
};
use serde::{Deserialize, Deserializer as _};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::error::ErrorBody;

/// The members of a JSON object that say whether it is what was requested.
#[derive(Default)]
pub(crate) struct Members<'a> {
    name: Option<&'static str>,
    demanded: Option<&'a RawValue>,
    is_repeated: bool,
    has_private_name: bool,
    error: ErrorBody<'a>,
}

impl<'a> Members<'a> {
    /// Decodes an object and notes its members, among them the one with this name.
    ///
    /// What is no object has no members. The value is boxed, since a large one would be copied by
    /// each function that returns it.
    pub(crate) fn read<T: Deserialize<'a>>(
        json: &'a [u8],
        name: Option<&'static str>,
    ) -> serde_json::Result<(Box<T>, Self)> {
        let mut members = Self { name, ..Self::default() };
        let visitor = MembersVisitor { members: &mut members, read: PhantomData };
        // Much faster than `from_slice`, which validates UTF-8 string by string.
        let read = if let Ok(json) = str::from_utf8(json) {
            let mut reader = Deserializer::from_str(json);
            let read = reader.deserialize_map(visitor)?;
            reader.end().map(|()| read)
        } else {
            let mut reader = Deserializer::from_slice(json);
            let read = reader.deserialize_map(visitor)?;
            reader.end().map(|()| read)
        };
        Ok((read?, members))
    }

    /// Notes the members of any JSON; what is no object has none.
    pub(crate) fn of(json: &'a [u8], name: Option<&'static str>) -> Self {
        // Most bodies that are no object are empty, and the error of decoding one would cost more.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Self::default();
        }
        match Self::read::<IgnoredAny>(json, name) {
            Ok((_, members)) => members,
            Err(_malformed) => Self::default(),
        }
    }

    /// Whether the named member has a value: neither `null` nor an empty string.
    pub(crate) fn has_value(&self) -> bool {
        self.demanded.is_some_and(|value| !matches!(value.get(), "null" | r#""""#))
    }

    /// Whether the named member is there twice.
    pub(crate) fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// Whether a member has a name with which the JSON library passes its own types on.
    ///
    /// Its types take such an object for one of theirs, because they do not see that it is one of
    /// the response. So what was decoded may be no JSON, and has to be decoded without notes.
    pub(crate) fn has_private_name(&self) -> bool {
        self.has_private_name
    }

    /// Returns what the object says about an error.
    pub(crate) fn error(&self) -> &ErrorBody<'a> {
        &self.error
    }

    fn is_noted(&mut self, name: &str) -> bool {
        self.name == Some(name) || self.error.slot(name).is_some()
    }

    fn note(&mut self, name: &str, value: &'a RawValue) {
        if self.name == Some(name) {
            self.is_repeated = self.demanded.replace(value).is_some();
        }
        if let Some(slot) = self.error.slot(name) {
            *slot = Some(value);
        }
    }
}

struct MembersVisitor<'m, 'a, T> {
    members: &'m mut Members<'a>,
    read: PhantomData<T>,
}

impl<'a, T: Deserialize<'a>> Visitor<'a> for MembersVisitor<'_, 'a, T> {
    type Value = Box<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<Box<T>, A::Error> {
        let noting = Noting { map, members: self.members, noted: None };
        T::deserialize(MapAccessDeserializer::new(noting)).map(Box::new)
    }
}

/// Passes the members of an object on, and notes some of them.
struct Noting<'m, 'a, A> {
    map: A,
    members: &'m mut Members<'a>,
    /// The name of the current member, if it is to be noted.
    noted: Option<Cow<'a, str>>,
}

impl<'a, A: MapAccess<'a>> MapAccess<'a> for Noting<'_, 'a, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(MemberName(name)) = self.map.next_key()? else { return Ok(None) };
        self.members.has_private_name |= name.starts_with(PRIVATE);
        self.noted = self.members.is_noted(&name).then(|| name.clone());
        match name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => seed.deserialize(name.into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let Some(name) = self.noted.take() else { return self.map.next_value_seed(seed) };
        let value: &RawValue = self.map.next_value()?;
        self.members.note(&name, value);
        seed.deserialize(&mut Deserializer::from_str(value.get())).map_err(A::Error::custom)
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.size_hint()
    }
}

/// A name that is copied only if it has escapes.
#[derive(Deserialize)]
struct MemberName<'a>(#[serde(borrow)] Cow<'a, str>);

/// How the names begin that `serde_json` uses for its own types, such as `RawValue`.
const PRIVATE: &str = "$serde_json::private::";
