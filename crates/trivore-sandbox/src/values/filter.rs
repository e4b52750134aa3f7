//! Evaluates filters on documents.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;
use trivore_models::{Expression, Filter, FilterValue, Operator};

use crate::values::attribute_paths::PathNumber;
use crate::values::behavior_rules::Rules;
use crate::values::document::Document;

/// A filter that is prepared for many documents.
pub(crate) enum Test {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Present(Attribute),
    Compare { attribute: Attribute, operator: Operator, wanted: Wanted },
    Never,
}

/// An attribute in a filter.
pub(crate) struct Attribute {
    /// Path in documents.
    pub(crate) name: String,
    pub(crate) number: PathNumber,
    /// Where the newest document had the value, for the next one.
    pub(crate) hint: Cell<usize>,
}

impl Attribute {
    pub(crate) fn new(name: &str, number: &dyn Fn(&str) -> PathNumber) -> Self {
        let name = canonical(name);
        Self { name: name.to_owned(), number: number(name), hint: Cell::new(0) }
    }
}

/// Something that has values at attribute paths.
pub(crate) trait Source {
    /// Returns whether any value at a path fits; a list yields all its elements.
    fn any_value<'a>(
        &'a self,
        attribute: &Attribute,
        test: &mut dyn FnMut(Found<'a>) -> bool,
    ) -> bool;
}

impl Source for Document {
    fn any_value<'a>(
        &'a self,
        attribute: &Attribute,
        test: &mut dyn FnMut(Found<'a>) -> bool,
    ) -> bool {
        values(self, &attribute.name).into_iter().any(|value| test(Found::of(value)))
    }
}

/// A value at an attribute path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    Object { is_empty: bool },
}

impl<'a> Found<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Self::Integer(number),
                (None, Some(number)) => Self::Float(number),
                (None, None) => Self::Null,
            },
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Object(object) => Self::Object { is_empty: object.is_empty() },
            // The elements of lists are values, lists are not.
            Value::Null | Value::Array(_) => Self::Null,
        }
    }

    pub(crate) fn into_owned<'b>(self) -> Found<'b> {
        match self {
            Self::Null => Found::Null,
            Self::Bool(flag) => Found::Bool(flag),
            Self::Integer(number) => Found::Integer(number),
            Self::Float(number) => Found::Float(number),
            Self::Text(text) => Found::Text(Cow::Owned(text.into_owned())),
            Self::Object { is_empty } => Found::Object { is_empty },
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Object { is_empty } => *is_empty,
            Self::Bool(_) | Self::Integer(_) | Self::Float(_) => false,
        }
    }
}

/// The value in a filter.
pub(crate) enum Wanted {
    Text(WantedText),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Nothing,
}

/// A text in a filter, and the time that it is, if it is one.
pub(crate) struct WantedText {
    /// In lower case if the comparison ignores case.
    pub(crate) text: String,
    pub(crate) time: Option<Timestamp>,
    pub(crate) is_case_sensitive: bool,
}

impl Test {
    /// Prepares a filter; `number` finds the number of a path.
    pub(crate) fn new(filter: &Filter, rules: &Rules, number: &dyn Fn(&str) -> PathNumber) -> Self {
        let all = |parts: &[Filter]| {
            parts.iter().map(|part| Self::new(part, rules, number)).collect::<Vec<_>>()
        };
        match filter.expression() {
            Expression::And(parts) => Self::All(all(parts)),
            Expression::Or(parts) => Self::Any(all(parts)),
            Expression::Not(part) => Self::Not(Box::new(Self::new(part, rules, number))),
            Expression::Present { attribute } => Self::Present(Attribute::new(attribute, number)),
            Expression::Compare { attribute, operator, value } => Self::Compare {
                attribute: Attribute::new(attribute, number),
                operator,
                wanted: Wanted::new(value, rules),
            },
            _ => Self::Never,
        }
    }

    /// Returns whether a document matches.
    pub(crate) fn matches(&self, document: &impl Source) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(document)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(document)),
            Self::Not(part) => !part.matches(document),
            Self::Present(attribute) => {
                document.any_value(attribute, &mut |found| !found.is_blank())
            }
            // `ne` matches if no value is equal.
            Self::Compare { attribute, operator: Operator::Ne, wanted } => {
                !document.any_value(attribute, &mut |found| wanted.fits(Operator::Eq, &found))
            }
            Self::Compare { attribute, operator, wanted } => {
                document.any_value(attribute, &mut |found| wanted.fits(*operator, &found))
            }
            Self::Never => false,
        }
    }

    /// Collects the attributes.
    pub(crate) fn attributes<'a>(&'a self, found: &mut Vec<&'a Attribute>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.attributes(found);
                }
            }
            Self::Not(part) => part.attributes(found),
            Self::Present(attribute) | Self::Compare { attribute, .. } => found.push(attribute),
            Self::Never => {}
        }
    }
}

impl Wanted {
    fn new(value: &FilterValue, rules: &Rules) -> Self {
        match value {
            FilterValue::Text(text) => {
                let is_case_sensitive = rules.filter_case_sensitive;
                Self::Text(WantedText {
                    text: if is_case_sensitive { text.clone() } else { text.to_lowercase() },
                    time: time(text),
                    is_case_sensitive,
                })
            }
            FilterValue::Integer(number) => Self::Integer(*number),
            FilterValue::Float(number) => Self::Float(*number),
            FilterValue::Boolean(flag) => Self::Bool(*flag),
            _ => Self::Nothing,
        }
    }

    fn fits(&self, operator: Operator, found: &Found<'_>) -> bool {
        match operator {
            Operator::Eq => self.order(found).is_some_and(Ordering::is_eq),
            Operator::Gt => self.order(found).is_some_and(Ordering::is_gt),
            Operator::Ge => self.order(found).is_some_and(Ordering::is_ge),
            Operator::Lt => self.order(found).is_some_and(Ordering::is_lt),
            Operator::Le => self.order(found).is_some_and(Ordering::is_le),
            Operator::Co => self.within(found, |text, part| text.contains(part)),
            Operator::Sw => self.within(found, |text, part| text.starts_with(part)),
            Operator::Ew => self.within(found, |text, part| text.ends_with(part)),
            _ => false,
        }
    }

    /// Compares a value with this one; `None` if their types differ.
    fn order(&self, found: &Found<'_>) -> Option<Ordering> {
        match (found, self) {
            (Found::Text(text), Self::Text(wanted)) => Some(wanted.order(text)),
            (Found::Integer(number), Self::Integer(wanted)) => Some(number.cmp(wanted)),
            (Found::Float(number), Self::Integer(wanted)) => {
                wanted.to_string().parse().ok().and_then(|wanted: f64| number.partial_cmp(&wanted))
            }
            (Found::Integer(number), Self::Float(wanted)) => {
                number.to_string().parse().ok().and_then(|number: f64| number.partial_cmp(wanted))
            }
            (Found::Float(number), Self::Float(wanted)) => number.partial_cmp(wanted),
            (Found::Bool(flag), Self::Bool(wanted)) if flag == wanted => Some(Ordering::Equal),
            _ => None,
        }
    }

    fn within(&self, found: &Found<'_>, fits: fn(&str, &str) -> bool) -> bool {
        match (found, self) {
            (Found::Text(text), Self::Text(wanted)) => fits(&wanted.folded(text), &wanted.text),
            _ => false,
        }
    }
}

impl WantedText {
    /// Compares as times if both are times, otherwise as strings.
    fn order(&self, found: &str) -> Ordering {
        match (self.time, self.time.and_then(|_| time(found))) {
            (Some(wanted), Some(found)) => found.cmp(&wanted),
            _ => self.folded(found).as_ref().cmp(&self.text),
        }
    }

    fn folded<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_case_sensitive { text.into() } else { text.to_lowercase().into() }
    }
}

/// Reads a time; most texts are recognized as something else by their first character.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first));
    if begins { iso_time(text).or_else(|| text.parse().ok()) } else { None }
}

/// Reads a time in the format of the service, `2026-01-31T12:00:00.000Z`, much faster.
fn iso_time(text: &str) -> Option<Timestamp> {
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        b'Z',
    ] = text.as_bytes()
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'))?;
            number.checked_mul(10)?.checked_add(digit)
        })
    };
    let small = |digits: [u8; 2]| number(&digits).and_then(|number| i8::try_from(number).ok());
    let time = DateTime::new(
        number(&[y1, y2, y3, y4])?,
        small([m1, m2])?,
        small([d1, d2])?,
        small([h1, h2])?,
        small([i1, i2])?,
        small([s1, s2])?,
        i32::from(number(&[f1, f2, f3])?).checked_mul(1_000_000)?,
    );
    Offset::UTC.to_timestamp(time.ok()?).ok()
}

/// Returns the values at an attribute path; a list yields all its elements.
pub(crate) fn values<'a>(document: &'a Document, attribute: &str) -> Vec<&'a Value> {
    let (first, rest) =
        attribute.split_once('.').map_or((attribute, None), |(first, rest)| (first, Some(rest)));
    let mut found = Vec::new();
    if let Some(value) = document.get(first) {
        walk(value, rest, &mut found);
    }
    found
}

/// Maps attribute names that only filters use to the names in documents.
fn canonical(attribute: &str) -> &str {
    match attribute {
        "createdDate" => "meta.created",
        "lastModifiedDate" => "meta.lastModified",
        "name.firstName" => "name.givenName",
        "name.lastName" => "name.familyName",
        other => other,
    }
}

fn walk<'a>(value: &'a Value, path: Option<&str>, found: &mut Vec<&'a Value>) {
    match (value, path) {
        (Value::Array(items), path) => items.iter().for_each(|item| walk(item, path, found)),
        (value, None) => found.push(value),
        (Value::Object(object), Some(path)) => {
            let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
            if let Some(value) = object.get(first) {
                walk(value, rest, found);
            }
        }
        (_, Some(_)) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: &str, rules: &Rules) -> bool {
        let document = json!({
            "username": "John",
            "nsCode": "x",
            "n": 3,
            "locked": true,
            "empty": [],
            "name": {"givenName": "Jo"},
            "memberOf": ["g1", "g2"],
            "emails": [{"address": "a@b.c", "tags": ["t"]}, {"address": "d@e.f"}],
            "customFields": {"k": {"n": 1.5}},
            "meta": {"created": "2022-10-26T09:39:42.195Z"},
        });
        Test::new(&filter.parse().unwrap(), rules, &|_| PathNumber::Unlisted)
            .matches(document.as_object().unwrap())
    }

    #[track_caller]
    fn check(filter: &str, expected: bool) {
        assert_eq!(holds(filter, &Rules::default()), expected, "{filter}");
    }

    #[test]
    fn compares_what_an_attribute_leads_to() {
        check("username Eq \"John\"", true);
        check("username eq \"john\"", false);
        check("(nsCode eq \"x\")  and  (username pr )", true);
        check("(nsCode eq \"y\")  or  (n gt 2)", true);
        check("not (locked eq true)", false);
        check("locked ne false", true);
        check("memberOf eq \"g2\"", true);
        check("memberOf co \"g2\"", true);
        check("memberOf ne \"g2\"", false);
        check("emails.address ew \"@e.f\"", true);
        check("emails.tags eq \"t\"", true);
        check("customFields.k.n ge 1.5", true);
        check("customFields.k.n lt 2", true);
        check("empty pr", false);
        check("nothing pr", false);
        check("nothing ne \"x\"", true);
        check("n eq \"3\"", false);
    }

    #[test]
    fn knows_the_names_that_only_filters_use() {
        check("name.firstName sw \"J\"", true);
        check("createdDate gt \"2022-10-26T09:39:42.194Z\"", true);
        check("createdDate eq \"2022-10-26T12:39:42.195+03:00\"", true);
        check("createdDate lt \"2022\"", false);
    }

    #[test]
    fn the_fast_way_to_read_a_time_reads_the_same() {
        for text in
            ["2022-10-26T09:39:42.195Z", "1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z"]
        {
            assert_eq!(iso_time(text), text.parse().ok(), "{text}");
            assert!(iso_time(text).is_some(), "{text}");
        }
        for text in
            ["2022-02-30T09:39:42.195Z", "2022-13-01T00:00:00.000Z", "2022-10-26T09:39:42.1:5Z"]
        {
            assert_eq!(iso_time(text), None, "{text}");
        }
    }

    #[test]
    fn may_ignore_case() {
        let rules = Rules { filter_case_sensitive: false, ..Rules::default() };
        assert!(holds("username eq \"jOHN\"", &rules));
        assert!(holds("username co \"OH\"", &rules));
    }
}
