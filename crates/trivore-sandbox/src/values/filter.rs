//! Evaluates filters on documents.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;
use trivore_models::{Expression, Filter, FilterValue, Operator};

use crate::values::behavior_rules::Rules;
use crate::values::document::Document;

/// Returns whether a document matches.
pub(crate) fn matches(filter: &Filter, document: &Document, rules: &Rules) -> bool {
    match filter.expression() {
        Expression::And(parts) => parts.iter().all(|part| matches(part, document, rules)),
        Expression::Or(parts) => parts.iter().any(|part| matches(part, document, rules)),
        Expression::Not(part) => !matches(part, document, rules),
        Expression::Present { attribute } => {
            values(document, attribute).iter().any(|value| !is_blank(value))
        }
        Expression::Compare { attribute, operator, value } => {
            compare(&values(document, attribute), operator, value, rules)
        }
        _ => false,
    }
}

/// Collects the attributes in a filter.
pub(crate) fn attributes<'a>(filter: &'a Filter, found: &mut Vec<&'a str>) {
    match filter.expression() {
        Expression::And(parts) | Expression::Or(parts) => {
            for part in parts {
                attributes(part, found);
            }
        }
        Expression::Not(part) => attributes(part, found),
        Expression::Present { attribute } | Expression::Compare { attribute, .. } => {
            found.push(attribute);
        }
        _ => {}
    }
}

/// Returns the values at an attribute path; a list yields all its elements.
pub(crate) fn values<'a>(document: &'a Document, attribute: &str) -> Vec<&'a Value> {
    let path = canonical(attribute);
    let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
    let mut found = Vec::new();
    if let Some(value) = document.get(first) {
        walk(value, rest, &mut found);
    }
    found
}

/// Compares two texts as times if both are times, otherwise as strings.
pub(crate) fn compare_texts(left: &str, right: &str, rules: &Rules) -> Ordering {
    match (left.parse::<Timestamp>(), right.parse::<Timestamp>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ if rules.filter_case_sensitive => left.cmp(right),
        _ => left.to_lowercase().cmp(&right.to_lowercase()),
    }
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

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns whether any value matches; for `ne`, whether no value is equal.
fn compare(values: &[&Value], operator: Operator, wanted: &FilterValue, rules: &Rules) -> bool {
    let ordered = |accepted: &[Ordering]| {
        values
            .iter()
            .filter_map(|value| order(value, wanted, rules))
            .any(|ordering| accepted.contains(&ordering))
    };
    match operator {
        Operator::Eq => ordered(&[Ordering::Equal]),
        Operator::Ne => !ordered(&[Ordering::Equal]),
        Operator::Gt => ordered(&[Ordering::Greater]),
        Operator::Ge => ordered(&[Ordering::Greater, Ordering::Equal]),
        Operator::Lt => ordered(&[Ordering::Less]),
        Operator::Le => ordered(&[Ordering::Less, Ordering::Equal]),
        Operator::Co => within(values, wanted, rules, |text, part| text.contains(part)),
        Operator::Sw => within(values, wanted, rules, |text, part| text.starts_with(part)),
        Operator::Ew => within(values, wanted, rules, |text, part| text.ends_with(part)),
        _ => false,
    }
}

/// Compares a value with the value in a filter; `None` if their types differ.
fn order(value: &Value, wanted: &FilterValue, rules: &Rules) -> Option<Ordering> {
    match (value, wanted) {
        (Value::String(text), FilterValue::Text(wanted)) => {
            Some(compare_texts(text, wanted, rules))
        }
        (Value::Number(number), FilterValue::Integer(wanted)) => match number.as_i64() {
            Some(number) => Some(number.cmp(wanted)),
            None => number.as_f64().zip(wanted.to_string().parse().ok()).and_then(partial),
        },
        (Value::Number(number), FilterValue::Float(wanted)) => {
            number.as_f64().map(|number| (number, *wanted)).and_then(partial)
        }
        (Value::Bool(flag), FilterValue::Boolean(wanted)) if flag == wanted => {
            Some(Ordering::Equal)
        }
        _ => None,
    }
}

fn partial((left, right): (f64, f64)) -> Option<Ordering> {
    left.partial_cmp(&right)
}

fn within(
    values: &[&Value],
    wanted: &FilterValue,
    rules: &Rules,
    test: fn(&str, &str) -> bool,
) -> bool {
    let FilterValue::Text(wanted) = wanted else { return false };
    values.iter().filter_map(|value| value.as_str()).any(|text| {
        if rules.filter_case_sensitive {
            test(text, wanted)
        } else {
            test(&text.to_lowercase(), &wanted.to_lowercase())
        }
    })
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
        matches(&filter.parse().unwrap(), document.as_object().unwrap(), rules)
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
    fn may_ignore_case() {
        let rules = Rules { filter_case_sensitive: false, ..Rules::default() };
        assert!(holds("username eq \"jOHN\"", &rules));
        assert!(holds("username co \"OH\"", &rules));
    }
}
