//! Reads what a stream must know of a row, whatever type the row is decoded into.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};

use trivore_models::Timestamp;

use crate::row_id::RowId;

/// What a stream must know of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowFacts {
    /// `None` if the row has no identifier that is a text.
    pub(crate) id: Option<RowId>,
    /// From `meta`, if times are noted.
    pub(crate) created: Option<Timestamp>,
    pub(crate) modified: Option<Timestamp>,
}

/// A row, and what is noted of it while it is decoded.
///
/// The type of the row sees the same deserializer as without the notes, so that its errors are
/// the same, and nothing is decoded twice. Members that it ignores are skipped as fast.
///
/// Times are noted only with `TIMES`, because `meta` takes longer to read than to skip.
pub(crate) struct Noted<T, const TIMES: bool> {
    pub(crate) row: T,
    pub(crate) facts: RowFacts,
}

impl<'de, T: Deserialize<'de>, const TIMES: bool> Deserialize<'de> for Noted<T, TIMES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut facts = RowFacts::default();
        let object = if TIMES { Object::RowWithTimes } else { Object::Row };
        let place = Place::Object(object, &mut facts);
        let row = T::deserialize(Noting { inner: deserializer, place })?;
        Ok(Self { row, facts })
    }
}

/// What is being read.
enum Place<'f> {
    Object(Object, &'f mut RowFacts),
    /// The name of a member of an object; sets what the member is.
    Name(Object, &'f mut Option<Member>),
    Text(Member, &'f mut RowFacts),
}

/// An object whose members are noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Object {
    Row,
    RowWithTimes,
    Meta,
}

/// A member that is noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Id,
    Meta,
    Created,
    LastModified,
}

impl Object {
    fn member(self, name: &str) -> Option<Member> {
        match (self, name) {
            (Self::Row | Self::RowWithTimes, "id") => Some(Member::Id),
            (Self::RowWithTimes, "meta") => Some(Member::Meta),
            (Self::Meta, "created") => Some(Member::Created),
            (Self::Meta, "lastModified") => Some(Member::LastModified),
            _ => None,
        }
    }
}

impl Place<'_> {
    fn note(&mut self, text: &str) {
        match self {
            Place::Name(object, member) => **member = object.member(text),
            Place::Text(Member::Id, facts) => facts.id = Some(RowId::new(text)),
            Place::Text(Member::Created, facts) => facts.created = Some(text.into()),
            Place::Text(Member::LastModified, facts) => facts.modified = Some(text.into()),
            Place::Text(Member::Meta, _) | Place::Object(..) => {}
        }
    }
}

/// Passes everything on between a deserializer, or a visitor of one, and the type of the row.
struct Noting<'f, I> {
    inner: I,
    place: Place<'f>,
}

/// Passes calls on to the inner deserializer, with a visitor that notes.
macro_rules! pass_on {
    ($($method:ident($($argument:ident: $kind:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self $(, $argument: $kind)*, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($argument,)* Noting { inner: visitor, place: self.place })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Noting<'_, D> {
    type Error = D::Error;

    pass_on! {
        deserialize_any() deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str()
        deserialize_string() deserialize_bytes() deserialize_byte_buf() deserialize_option()
        deserialize_unit() deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str) deserialize_seq()
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize) deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier()
    }

    /// Reads what the type ignores: it may be the identifier, or contain it.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Passes values on to the inner visitor.
macro_rules! pass_values_on {
    ($($method:ident($kind:ty))*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Noting<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    pass_values_on! {
        visit_bool(bool) visit_char(char)
        visit_i8(i8) visit_i16(i16) visit_i32(i32) visit_i64(i64) visit_i128(i128)
        visit_u8(u8) visit_u16(u16) visit_u32(u32) visit_u64(u64) visit_u128(u128)
        visit_f32(f32) visit_f64(f64)
        visit_bytes(&[u8]) visit_borrowed_bytes(&'de [u8]) visit_byte_buf(Vec<u8>)
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<V::Value, E> {
        self.place.note(text);
        self.inner.visit_str(text)
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'de str) -> Result<V::Value, E> {
        self.place.note(text);
        self.inner.visit_borrowed_str(text)
    }

    fn visit_string<E: Error>(mut self, text: String) -> Result<V::Value, E> {
        self.place.note(&text);
        self.inner.visit_string(text)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Noting { inner: deserializer, place: self.place })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Noting { inner: deserializer, place: self.place })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        match self.place {
            Place::Object(object, facts) => {
                self.inner.visit_map(NotingMembers { members, object, facts, member: None })
            }
            Place::Name(..) | Place::Text(..) => self.inner.visit_map(members),
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(variant)
    }
}

/// Passes the members of an object on.
struct NotingMembers<'f, A> {
    members: A,
    object: Object,
    facts: &'f mut RowFacts,
    /// What the current member is, if it is noted.
    member: Option<Member>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NotingMembers<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.member = None;
        let place = Place::Name(self.object, &mut self.member);
        self.members.next_key_seed(Noting { inner: seed, place })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let place = match self.member.take() {
            None => return self.members.next_value_seed(seed),
            Some(Member::Meta) => Place::Object(Object::Meta, self.facts),
            Some(member) => Place::Text(member, self.facts),
        };
        self.members.next_value_seed(Noting { inner: seed, place })
    }

    fn size_hint(&self) -> Option<usize> {
        self.members.size_hint()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Noting<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Noting { inner: deserializer, place: self.place })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde::de::{DeserializeOwned, IgnoredAny};
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        id: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Optional {
        id: Option<String>,
        size: Option<u8>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Nameless {
        size: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Nameless);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Named(Named),
        Nameless(Nameless),
    }

    #[track_caller]
    fn check<T: DeserializeOwned>(json: &str) {
        let noted = serde_json::from_str::<Noted<T, true>>(json).unwrap();

        assert_eq!(noted.facts.id, Some(RowId::new("ä1")), "{json}");
    }

    #[test]
    fn the_identifier_is_noted_for_types_of_every_kind() {
        for json in [
            r#"{"size":7,"id":"ä1","more":{"id":"2"}}"#,
            r#"{"more":[{"id":"2"}],"\u0069d":"\u00e41","size":7}"#,
        ] {
            check::<Named>(json);
            check::<Optional>(json);
            check::<Nameless>(json);
            check::<Wrapped>(json);
            check::<Box<Nameless>>(json);
            check::<Option<Nameless>>(json);
            check::<Flat>(json);
            check::<Either>(json);
            check::<Value>(json);
            check::<HashMap<String, Value>>(json);
            check::<BTreeMap<String, Option<IgnoredAny>>>(json);
            check::<IgnoredAny>(json);
        }
    }

    #[test]
    fn times_are_noted_if_they_are_wanted_whatever_the_type_reads() {
        #[derive(Deserialize)]
        struct Meta {
            created: Option<String>,
        }
        #[derive(Deserialize)]
        struct WithMeta {
            meta: Option<Meta>,
        }
        let json = r#"{"meta":{"lastModified":"b","created":"a","x":1},"created":"x","size":1}"#;

        let nameless = serde_json::from_str::<Noted<Nameless, true>>(json).unwrap();
        let with_meta = serde_json::from_str::<Noted<WithMeta, true>>(json).unwrap();
        let without = serde_json::from_str::<Noted<WithMeta, false>>(json).unwrap();

        for facts in [nameless.facts, with_meta.facts] {
            assert_eq!(facts.created, Some("a".into()));
            assert_eq!(facts.modified, Some("b".into()));
        }
        assert_eq!(with_meta.row.meta.unwrap().created.as_deref(), Some("a"));
        assert_eq!((without.facts.created, without.facts.modified), (None, None));
        for json in [r#"{"meta":null}"#, r#"{"meta":7}"#, r#"{"meta":{"created":[]}}"#] {
            assert!(serde_json::from_str::<Noted<IgnoredAny, true>>(json).is_ok());
        }
    }

    #[test]
    fn a_row_without_a_text_as_identifier_has_none() {
        for json in [r#"{"id":7}"#, r#"{"id":null}"#, r#"{"id":{"id":"1"}}"#, r#"{"ID":"1"}"#, "{}"]
        {
            let noted = serde_json::from_str::<Noted<IgnoredAny, true>>(json).unwrap();

            assert_eq!(noted.facts.id, None, "{json}");
        }
        assert!(serde_json::from_str::<Noted<Box<RawValue>, true>>("{}").is_ok());
        assert!(serde_json::from_str::<Noted<String, true>>(r#""x""#).is_ok());
        assert!(serde_json::from_str::<Noted<Vec<u8>, true>>("[1]").is_ok());
    }

    /// A user that cannot be told from others could not be listed once.
    #[test]
    fn an_identifier_that_is_no_text_in_unicode_is_an_error() {
        let json = r#"{"id":"\ud800","size":7}"#;

        assert!(serde_json::from_str::<Nameless>(json).is_ok());
        assert!(serde_json::from_str::<Noted<Nameless, true>>(json).is_err());
    }

    #[test]
    fn a_type_reads_the_same_and_fails_the_same() {
        #[track_caller]
        fn check<T: DeserializeOwned + PartialEq + fmt::Debug>(json: &str) {
            let plain = serde_json::from_str::<T>(json).map_err(|error| error.to_string());
            let noted = serde_json::from_str::<Noted<T, true>>(json)
                .map(|noted| noted.row)
                .map_err(|error| error.to_string());

            assert_eq!(noted, plain, "{json}");
        }
        for json in [
            r#"{"id":"1","size":7}"#,
            r#"{"id":7}"#,
            r#"{"id":null,"size":null}"#,
            r#"{"id":"1","id":"2","size":1}"#,
            r#"{"size":"x"}"#,
            r#"{"size":300}"#,
            r#"{"id":"1""#,
            r#"["1"]"#,
            "{}",
            "7",
        ] {
            check::<Named>(json);
            check::<Optional>(json);
            check::<Nameless>(json);
            check::<Wrapped>(json);
            check::<Flat>(json);
            check::<Either>(json);
            check::<Value>(json);
        }
    }
}
