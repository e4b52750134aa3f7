//! A document as JSON text, with the places of its values.

use std::borrow::Cow;
use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::values::attribute_paths::{AttributePaths, PathNumber};
use crate::values::document::Document;
use crate::values::filter::{self, Attribute, Found, Source};

/// A document as JSON text, and where its values are.
///
/// It takes a fraction of the memory of a [`Document`], and a filter finds a value without parsing
/// the rest. Both parts are one allocation, because a scan mostly waits for memory: the number of
/// places, the places sorted by path, and the text.
#[derive(Clone)]
pub(crate) struct PackedDocument(Arc<[u8]>);

/// Where the value of an attribute begins in the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    path: u16,
    start: u32,
}

impl PackedDocument {
    pub(crate) fn new(document: &Document, paths: &mut AttributePaths) -> Self {
        let mut packer =
            Packer { text: String::new(), values: Vec::new(), path: String::new(), paths };
        packer.write_object(document, true);
        let Packer { text, mut values, .. } = packer;
        values.sort_unstable();
        // The count fits, because a request is far smaller than that.
        let count = u32::try_from(values.len()).unwrap_or_default();
        let mut bytes = Vec::with_capacity(text.len() + values.len() * PLACE_BYTES + COUNT_BYTES);
        bytes.extend(count.to_le_bytes());
        for place in values {
            bytes.extend(place.path.to_le_bytes());
            bytes.extend(place.start.to_le_bytes());
        }
        bytes.extend(text.as_bytes());
        Self(bytes.into())
    }

    /// Parses the whole document.
    pub(crate) fn unpack(&self) -> Document {
        serde_json::from_slice(self.text()).unwrap_or_default()
    }

    /// Returns the JSON text of the document.
    pub(crate) fn raw(&self) -> Option<&RawValue> {
        serde_json::from_slice(self.text()).ok()
    }

    fn count(&self) -> usize {
        let count = self.0.first_chunk().copied().map(u32::from_le_bytes);
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
    }

    fn place(&self, index: usize) -> Option<Place> {
        if index >= self.count() {
            return None;
        }
        let at = index.checked_mul(PLACE_BYTES)?.checked_add(COUNT_BYTES)?;
        let &[p1, p2, s1, s2, s3, s4] = self.0.get(at..)?.first_chunk()?;
        let (path, start) = (u16::from_le_bytes([p1, p2]), u32::from_le_bytes([s1, s2, s3, s4]));
        Some(Place { path, start })
    }

    fn text(&self) -> &[u8] {
        let start = self.count().saturating_mul(PLACE_BYTES).saturating_add(COUNT_BYTES);
        self.0.get(start..).unwrap_or_default()
    }

    fn values_at(&self, path: u16, hint: &Cell<usize>) -> impl Iterator<Item = Found<'_>> {
        let first = self.first_place(path, hint.get());
        hint.set(first);
        let places = (first..).map_while(move |index| self.place(index));
        places
            .take_while(move |place| place.path == path)
            .filter_map(|place| read(self.text().get(usize::try_from(place.start).ok()?..)?))
    }
}

impl PackedDocument {
    /// Returns the index of the first value of a path; documents tend to have it at the same one.
    fn first_place(&self, path: u16, hint: usize) -> usize {
        let path_at = |index: usize| self.place(index).map(|place| place.path);
        let is_first = path_at(hint) == Some(path)
            && hint.checked_sub(1).is_none_or(|before| path_at(before) != Some(path));
        if is_first {
            return hint;
        }
        let (mut from, mut to) = (0, self.count());
        while from < to {
            let middle = from.midpoint(to);
            if path_at(middle).is_some_and(|found| found < path) {
                from = middle.saturating_add(1);
            } else {
                to = middle;
            }
        }
        from
    }

    /// Reads from where the next value of an attribute probably is, for [`warm`].
    fn touch_place(&self, attribute: &Attribute) -> usize {
        self.place(attribute.hint.get()).map_or(0, |place| usize::from(place.path))
    }

    fn touch_text(&self, attribute: &Attribute) -> u8 {
        let place = self.place(attribute.hint.get());
        let start = place.and_then(|place| usize::try_from(place.start).ok());
        start.and_then(|start| self.text().get(start)).copied().unwrap_or_default()
    }
}

/// Reads from documents what a filter will read, in an order in which the reads do not wait for
/// each other.
///
/// Most of the time of a scan is spent waiting for memory. This makes it several times shorter.
pub(super) fn warm(documents: &[&PackedDocument], attributes: &[&Attribute]) {
    for attribute in attributes {
        let places = documents.iter().map(|document| document.touch_place(attribute));
        black_box(places.fold(0, usize::wrapping_add));
        let texts = documents.iter().map(|document| document.touch_text(attribute));
        black_box(texts.fold(0, u8::wrapping_add));
    }
}

impl Source for PackedDocument {
    fn any_value<'a>(
        &'a self,
        attribute: &Attribute,
        test: &mut dyn FnMut(Found<'a>) -> bool,
    ) -> bool {
        match attribute.number {
            PathNumber::Listed(path) => self.values_at(path, &attribute.hint).any(test),
            PathNumber::Unused => false,
            PathNumber::Unlisted => {
                let document = self.unpack();
                filter::values(&document, &attribute.name)
                    .into_iter()
                    .any(|value| test(Found::of(value).into_owned()))
            }
        }
    }
}

/// Reads the value at the beginning of a text, of an object only whether it is empty.
fn read(text: &[u8]) -> Option<Found<'_>> {
    match text.first()? {
        b'"' => {
            let rest = text.get(1..)?;
            let end = rest.iter().position(|byte| [b'"', b'\\'].contains(byte))?;
            if rest.get(end) == Some(&b'"') {
                let text = std::str::from_utf8(rest.get(..end)?).ok()?;
                return Some(Found::Text(Cow::Borrowed(text)));
            }
            let mut values = serde_json::Deserializer::from_slice(text).into_iter::<String>();
            values.next()?.ok().map(|text| Found::Text(Cow::Owned(text)))
        }
        b'{' => Some(Found::Object { is_empty: text.get(1) == Some(&b'}') }),
        b't' => Some(Found::Bool(true)),
        b'f' => Some(Found::Bool(false)),
        b'n' => Some(Found::Null),
        _ => {
            let end = text.iter().position(|byte| b",}]".contains(byte)).unwrap_or(text.len());
            let number: Value = serde_json::from_slice(text.get(..end)?).ok()?;
            Some(Found::of(&number).into_owned())
        }
    }
}

const COUNT_BYTES: usize = 4;
const PLACE_BYTES: usize = 6;

/// Writes a document and notes the places of its values.
struct Packer<'a> {
    text: String,
    values: Vec<Place>,
    path: String,
    paths: &'a mut AttributePaths,
}

impl Packer<'_> {
    /// Writes a value; `is_reachable` tells whether a path leads to it.
    fn write(&mut self, value: &Value, is_reachable: bool) {
        if is_reachable
            && !value.is_array()
            && let Some(path) = self.paths.add(&self.path)
            && let Ok(start) = u32::try_from(self.text.len())
        {
            self.values.push(Place { path, start });
        }
        match value {
            Value::Object(object) => self.write_object(object, is_reachable),
            Value::Array(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.write(item, is_reachable);
                }
                self.text.push(']');
            }
            scalar => self.text.push_str(&scalar.to_string()),
        }
    }

    fn write_object(&mut self, object: &Document, is_reachable: bool) {
        self.text.push('{');
        let length = self.path.len();
        for (index, (key, value)) in object.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&Value::from(key.as_str()).to_string());
            self.text.push(':');
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
            // A dot in a path separates names, so no path leads to a name with a dot.
            self.write(value, is_reachable && !key.contains('.'));
            self.path.truncate(length);
        }
        self.text.push('}');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::behavior_rules::Rules;
    use crate::values::filter::Test;

    fn document() -> Document {
        let document = json!({
            "username": "John \"Jr\" \u{e4}\n",
            "n": 3,
            "big": 18_446_744_073_709_551_615_u64,
            "f": -1.5e3,
            "locked": true,
            "off": false,
            "nothing": null,
            "empty": [],
            "none": {},
            "name": {"givenName": "Jo"},
            "memberOf": ["g1", "g2"],
            "emails": [{"address": "a@b.c", "tags": ["t"]}, {"address": "d@e.f"}],
            "customFields": {"k": {"n": 1.5}, "a.b": 1},
        });
        document.as_object().unwrap().clone()
    }

    #[test]
    fn a_packed_document_is_the_same_document() {
        let packed = PackedDocument::new(&document(), &mut AttributePaths::default());

        assert_eq!(packed.unpack(), document());
        assert_eq!(packed.raw().unwrap().get(), Value::from(document()).to_string());
    }

    #[test]
    fn a_filter_matches_a_packed_document_as_it_matches_the_document() {
        let mut full = AttributePaths::default();
        for number in 0..5000 {
            full.add(&format!("other-{number}"));
        }
        for mut paths in [AttributePaths::default(), full] {
            let packed = PackedDocument::new(&document(), &mut paths);
            for filter in [
                "username eq \"John \\\"Jr\\\" \u{e4}\\n\"",
                "username sw \"John\"",
                "n eq 3",
                "n gt 3",
                "big gt 3",
                "f lt 0",
                "f eq -1500.0",
                "locked eq true",
                "off eq false",
                "off pr",
                "nothing pr",
                "empty pr",
                "none pr",
                "name pr",
                "name.firstName eq \"Jo\"",
                "memberOf eq \"g2\"",
                "memberOf ne \"g2\"",
                "emails.address ew \"e.f\"",
                "emails.tags eq \"t\"",
                "emails pr",
                "customFields.k.n ge 1.5",
                "customFields.a.b pr",
                "unknown pr",
                "unknown ne \"x\"",
            ] {
                let parsed = filter.parse().unwrap();
                let test = |number: &dyn Fn(&str) -> PathNumber| {
                    Test::new(&parsed, &Rules::default(), number)
                };
                let expected = test(&|_| PathNumber::Unlisted).matches(&document());

                let found = test(&|path| paths.find(path)).matches(&packed);

                assert_eq!(found, expected, "{filter}");
            }
        }
    }
}
