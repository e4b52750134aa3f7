//! Values that keep numbers to the letter.
//!
//! `serde_json` reads an integer beyond 64 bits as a float. Its feature `arbitrary_precision`
//! would change that in every crate of the caller's build, so the text of such a value is kept
//! beside it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Number, Value, value::RawValue};

use crate::{quoted::quoted_length, repeated_members::repeats_member};

/// A value, and its text if the value alone would be written with other numbers.
#[derive(Clone)]
pub(super) struct Exact {
    pub(super) value: Value,
    text: Option<Box<RawValue>>,
}

impl Exact {
    /// Makes `value`, with the parts that equal `old` to the letter as in `received`.
    ///
    /// `received` is the text from which `old` was read.
    pub(super) fn new(value: Value, old: Option<&Value>, received: Option<&RawValue>) -> Self {
        let is_inexact = received.is_some_and(|text| has_inexact_number(text.get()));
        let text = if is_inexact { write(&value, old, received) } else { None };
        Self::with_text(value, text.and_then(|text| RawValue::from_string(text).ok()))
    }

    /// Makes any value; `None` if it cannot be written as JSON.
    pub(super) fn of<T: Serialize + ?Sized>(value: &T) -> Option<Self> {
        let text = serde_json::value::to_raw_value(value).ok()?;
        Some(Self::with_text(serde_json::from_str(text.get()).ok()?, Some(text)))
    }

    /// Makes another value with the same parts to the letter.
    pub(super) fn changed_to(&self, value: Value) -> Self {
        Self::new(value, Some(&self.value), self.text())
    }

    fn with_text(value: Value, text: Option<Box<RawValue>>) -> Self {
        let text = text.filter(|text| has_inexact_number(text.get()));
        let text = text.and_then(|text| {
            if !repeats_member(text.get()) {
                return Some(text);
            }
            // Of repeated members the last one counts, as in `Value`.
            RawValue::from_string(write(&value, Some(&value), Some(&text))?).ok()
        });
        Self { value, text }
    }

    /// Returns the text if it differs from that of the value.
    pub(super) fn text(&self) -> Option<&RawValue> {
        self.text.as_deref()
    }
}

impl From<Value> for Exact {
    fn from(value: Value) -> Self {
        Self { value, text: None }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        let text = |exact: &Self| exact.text().map(|text| text.get().to_owned());
        self.value == other.value && text(self) == text(other)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.text {
            Some(text) => text.serialize(serializer),
            None => self.value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(AnyFormat(deserializer))?;
        let value = serde_json::from_str(text.get())
            .map_err(|_quoting| D::Error::custom("value is nested too deeply or out of range"))?;
        Ok(Self::with_text(value, Some(text)))
    }
}

/// Writes a value; parts that did not change are copied from the received text.
fn write(new: &Value, old: Option<&Value>, received: Option<&RawValue>) -> Option<String> {
    let (Some(old), Some(received)) = (old, received) else {
        return serde_json::to_string(new).ok();
    };
    let is_unchanged = || serde_json::from_str::<Value>(received.get()).is_ok_and(|it| it == *new);
    if new == old && is_unchanged() && !repeats_member(received.get()) {
        return Some(received.get().to_owned());
    }
    let parts: Vec<String> = match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            // Of repeated members the last one counts, as in `Value`.
            let received: BTreeMap<String, &RawValue> =
                serde_json::from_str(received.get()).unwrap_or_default();
            let member = |(name, new): (&String, &Value)| {
                let value = write(new, old.get(name), received.get(name).copied())?;
                Some(format!("{}:{value}", serde_json::to_string(name).ok()?))
            };
            new.iter().map(member).collect::<Option<_>>()?
        }
        (Value::Array(new), Value::Array(old)) => {
            let received = elements(received, old.len());
            let element = |(new, at): (&Value, Option<usize>)| match at {
                Some(at) => write(new, old.get(at), received.get(at).copied()),
                None => serde_json::to_string(new).ok(),
            };
            new.iter().zip(counterparts(new, old)).map(element).collect::<Option<_>>()?
        }
        _ => return serde_json::to_string(new).ok(),
    };
    let parts = parts.join(",");
    Some(if new.is_object() { format!("{{{parts}}}") } else { format!("[{parts}]") })
}

/// Returns the elements' texts, if they are as many as the elements that were read.
fn elements(received: &RawValue, count: usize) -> Vec<&RawValue> {
    let mut texts: Vec<&RawValue> = serde_json::from_str(received.get()).unwrap_or_default();
    if texts.len() != count {
        // Lists are read without their `null` elements.
        texts.retain(|text| text.get() != "null");
    }
    if texts.len() == count { texts } else { Vec::new() }
}

/// Finds for each new element the old one that it is, or that it was before a change.
///
/// Elements that changed are found by their parts, and without such parts by their order. Parts
/// that many old elements have tell nothing, and the time would grow with the square of the length.
fn counterparts(new: &[Value], old: &[Value]) -> Vec<Option<usize>> {
    let mut same: HashMap<&Value, Vec<usize>> = HashMap::new();
    for (at, old) in old.iter().enumerate().rev() {
        same.entry(old).or_default().push(at);
    }
    let mut found: Vec<_> = new.iter().map(|new| same.get_mut(new)?.pop()).collect();
    let mut is_free = vec![true; old.len()];
    for at in found.iter().flatten() {
        is_free[*at] = false;
    }

    let holders = Holders::of_free(old, &is_free);
    for (new, found) in new.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        let mut likeness: BTreeMap<usize, usize> = BTreeMap::new();
        for part in parts(new) {
            for at in holders.of(&part) {
                if is_free[*at] {
                    *likeness.entry(*at).or_default() += 1;
                }
            }
        }
        *found =
            likeness.into_iter().max_by_key(|(at, count)| (*count, Reverse(*at))).map(|(at, _)| at);
        if let Some(at) = *found {
            is_free[at] = false;
        }
    }
    let mut free = (0..old.len()).filter(|at| is_free[*at]);
    for found in found.iter_mut().filter(|found| found.is_none()) {
        *found = free.next();
    }
    found
}

/// The old elements that have a part.
struct Holders<'a>(HashMap<Part<'a>, Vec<usize>>);

impl<'a> Holders<'a> {
    fn of_free(old: &'a [Value], is_free: &[bool]) -> Self {
        let mut all: HashMap<Part<'a>, Vec<usize>> = HashMap::new();
        for (at, old) in old.iter().enumerate().filter(|(at, _)| is_free[*at]) {
            for part in parts(old) {
                let holders = all.entry(part).or_default();
                // One more than the limit shows that there are too many.
                if holders.len() <= MOST_HOLDERS && holders.last() != Some(&at) {
                    holders.push(at);
                }
            }
        }
        Self(all)
    }

    /// Returns the old elements with which a new one that has the part is compared.
    fn of<'b>(&'b self, part: &Part<'b>) -> &'b [usize] {
        let holders = self.0.get(part).map(Vec::as_slice).unwrap_or_default();
        if holders.len() > MOST_HOLDERS { &[] } else { holders }
    }
}

/// A member of an object, or an element of an array without a name.
type Part<'a> = (Option<&'a str>, &'a Value);

fn parts(value: &Value) -> Box<dyn Iterator<Item = Part<'_>> + '_> {
    match value {
        Value::Object(members) => {
            Box::new(members.iter().map(|(name, value)| (Some(name.as_str()), value)))
        }
        Value::Array(elements) => Box::new(elements.iter().map(|element| (None, element))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Box::new(std::iter::empty())
        }
    }
}

/// How many old elements may have a part by which they are found.
const MOST_HOLDERS: usize = 16;

/// Whether some number in a JSON text would be written in another way after reading it.
fn has_inexact_number(json: &str) -> bool {
    let mut rest = json;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[at..];
        if rest.starts_with('"') {
            rest = quoted_length(rest).map_or("", |length| &rest[length..]);
            continue;
        }
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let is_exact =
            serde_json::from_str(number).is_ok_and(|read: Number| read.to_string() == number);
        if !is_exact {
            return true;
        }
        rest = after;
    }
    false
}

/// Lets formats and buffers other than `serde_json`'s own deserialize a [`RawValue`].
///
/// They know no raw values and pass the value itself, which is then written as JSON.
struct AnyFormat<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for AnyFormat<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, RawOrValue { name, visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct RawOrValue<V> {
    name: &'static str,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for RawOrValue<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, other: D) -> Result<V::Value, D::Error> {
        let value = Value::deserialize(other)?;
        value
            .deserialize_newtype_struct(self.name, self.visitor)
            .map_err(|_quoting| D::Error::custom("value cannot be written as JSON"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_found_outside_of_strings() {
        for (json, is_inexact) in [
            ("123456789012345678901234", true),
            (r#"{"a":[1.50]}"#, true),
            ("1e2", true),
            ("-0", true),
            ("18446744073709551615", false),
            (r#"["1.50","\"1.50","\\",1.5,-7,true]"#, false),
        ] {
            assert_eq!(has_inexact_number(json), is_inexact, "{json}");
        }
    }

    #[test]
    fn what_did_not_change_is_written_to_the_letter() {
        let received = RawValue::from_string(
            r#"{"a":[{"n":123456789012345678901234,"m":1},null,{"n":1.50}],"b":2, "c":"x"}"#
                .to_owned(),
        )
        .unwrap();
        let mut old: Value = serde_json::from_str(received.get()).unwrap();
        old["a"].as_array_mut().unwrap().remove(1);
        let mut new = old.clone();
        new["a"][0]["m"] = json!(2);
        new["a"].as_array_mut().unwrap().insert(0, json!(5));
        new.as_object_mut().unwrap().remove("c");

        let exact = Exact::new(new, Some(&old), Some(&received));

        assert_eq!(
            serde_json::to_string(&exact).unwrap(),
            r#"{"a":[5,{"m":2,"n":123456789012345678901234},{"n":1.50}],"b":2}"#
        );
    }

    #[test]
    fn no_member_is_written_twice() {
        let text = r#"{"a":{"n":1,"n":1.50,"m":[{"k":2.50,"k":2.50}]},"a":{"n":1,"n":1.50},"x":0}"#;
        let received = RawValue::from_string(text.to_owned()).unwrap();
        let old: Value = serde_json::from_str(text).unwrap();
        let mut new = old.clone();
        new["x"] = json!(1);

        let exact = Exact::new(new, Some(&old), Some(&received));
        assert_eq!(serde_json::to_string(&exact).unwrap(), r#"{"a":{"n":1.50},"x":1}"#);
        let read: Exact = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"a":{"n":1.50},"x":0}"#);
        let read: Exact = serde_json::from_str(r#"[{"k":2.50,"k":2.50}]"#).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"[{"k":2.50}]"#);
    }

    /// Makes a list of rows, and the same list after `change`, with what is written for it.
    fn written(rows: &[String], change: impl Fn(&mut Vec<Value>)) -> String {
        let received = RawValue::from_string(format!("[{}]", rows.join(","))).unwrap();
        let old: Value = serde_json::from_str(received.get()).unwrap();
        let mut new = old.clone();
        change(new.as_array_mut().unwrap());
        let exact = Exact::new(new, Some(&old), Some(&received));
        serde_json::to_string(&exact).unwrap()
    }

    #[test]
    fn each_row_of_a_list_keeps_its_own_numbers() {
        let rows: Vec<String> = (0..1000)
            .map(|at| format!(r#"{{"id":{at},"n":7{at}00000000000000000001,"x":0}}"#))
            .collect();
        let changed = |at: usize| format!(r#"{{"id":{at},"n":7{at}00000000000000000001,"x":1}}"#);
        let all: Vec<String> = (0..1000).map(changed).collect();
        let edit = |rows: &mut Vec<Value>| rows.iter_mut().for_each(|row| row["x"] = json!(1));

        assert_eq!(written(&rows, edit), format!("[{}]", all.join(",")));
        let reversed = |rows: &mut Vec<Value>| {
            edit(rows);
            rows.reverse();
        };
        let expected: Vec<String> = all.iter().rev().cloned().collect();
        assert_eq!(written(&rows, reversed), format!("[{}]", expected.join(",")));
        let removed = |rows: &mut Vec<Value>| {
            edit(rows);
            rows.remove(0);
            rows.insert(3, json!({"id": "new"}));
        };
        let mut expected = all[1..].to_vec();
        expected.insert(3, r#"{"id":"new"}"#.to_owned());
        assert_eq!(written(&rows, removed), format!("[{}]", expected.join(",")));
        // Nothing beside the number tells the rows apart.
        let one = vec![r#"{"a":{"n":100000000000000000001,"x":0}}"#.to_owned()];
        let edit = |rows: &mut Vec<Value>| rows[0]["a"]["x"] = json!(1);
        assert_eq!(written(&one, edit), r#"[{"a":{"n":100000000000000000001,"x":1}}]"#);
    }

    #[test]
    fn the_comparisons_grow_with_the_length_of_a_list_and_not_with_its_square() {
        let kinds: [fn(usize) -> Value; 6] = [
            |at| json!({"id": at, "n": format!("7{at}"), "x": 0}),
            |_| json!({"n": 1, "x": 0, "y": 1}),
            |at| json!({"x": at, "n": format!("7{at}")}),
            |at| json!({"n": at / 16, "x": 0}),
            |at| json!(at),
            |at| json!([1.5, at, 0]),
        ];
        let comparisons = |kind: fn(usize) -> Value, length: usize| -> usize {
            let old: Vec<Value> = (0..length).map(kind).collect();
            let holders = Holders::of_free(&old, &vec![true; length]);
            old.iter().flat_map(parts).map(|part| holders.of(&part).len()).sum()
        };
        for (index, kind) in kinds.into_iter().enumerate() {
            let (few, many) = (comparisons(kind, 1_024), comparisons(kind, 8_192));

            // 8 times as many if it is linear, 64 if it is quadratic.
            assert!(many <= few * 9, "{index}: {few} for 1,024 rows, {many} for 8,192");
        }
    }

    #[test]
    fn a_row_of_many_elements_is_no_slower() {
        // Arrays in arrays: each pair of rows could be compared element by element.
        let row = |at: usize| {
            let elements: Vec<String> =
                (0..20_000).map(|number| (number * 2 + at).to_string()).collect();
            format!("[{},1.50]", elements.join(","))
        };
        let rows: Vec<String> = (0..2).map(row).collect();

        let text = written(&rows, |rows| {
            for row in rows {
                row.as_array_mut().unwrap()[0] = json!(-1);
            }
        });

        assert_eq!(text.matches("1.50").count(), 2);
    }
}
