//! Checks values of a row that the service would refuse or lose.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::Document;
use super::fields::{FieldType, USER};
use super::problem::Problem;

/// Makes objects of contacts that are only an address or a number.
pub(super) fn complete_contacts(row: &mut Document) {
    for (list, main) in contacts() {
        for item in row.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if item.is_string() {
                *item = json!({ main: item.take() });
            }
        }
    }
}

/// Returns what is wrong with the values of a row whose types are right.
pub(super) fn check(row: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let (Some(locale), Some(other)) = (row.get("locale"), row.get("preferredLanguage"))
        && locale != other
    {
        let message = "locale and preferredLanguage are always the same; leave one out";
        problems.push(Problem::new(message).in_column("preferredLanguage"));
    }
    if let Some(Value::String(date)) = row.get("dateOfBirth")
        && (date.len() != "1980-05-17".len() || date.parse::<jiff::civil::Date>().is_err())
    {
        problems.push(Problem::new("expected a date such as 1980-05-17").in_column("dateOfBirth"));
    }
    for (list, main) in contacts() {
        let items = row.get(list).and_then(Value::as_array).into_iter().flatten();
        let mut seen = BTreeSet::new();
        for (at, item) in items.enumerate().filter(|(_, item)| !item.is_null()) {
            let text = item.get(main).and_then(Value::as_str).unwrap_or_default().trim();
            let add = |message| Problem::new(message).in_column(&format!("{list}.{at}"));
            if text.is_empty() {
                problems.push(add(format!("there is no {main}")));
            } else if !seen.insert(text.to_lowercase()) {
                problems.push(add(format!("the {main} is there twice")));
            }
        }
    }
    problems
}

/// The lists of contacts, and what each one has at least.
fn contacts() -> impl Iterator<Item = (&'static str, &'static str)> {
    USER.iter().filter_map(|(name, holds)| match holds {
        FieldType::Objects(_, Some(main)) => Some((*name, *main)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{check, complete_contacts};

    #[test]
    fn what_the_service_would_refuse_is_found() {
        for (row, expected) in [
            (json!({"dateOfBirth": "17.5.1980"}), "column dateOfBirth: expected a date such as"),
            (json!({"dateOfBirth": "2026-02-30"}), "column dateOfBirth: expected a date such as"),
            (
                json!({"emails": ["a@b.fi", " A@b.fi"]}),
                "column emails.1: the address is there twice",
            ),
            (json!({"mobiles": [{"name": "x"}]}), "column mobiles.0: there is no number"),
            (
                json!({"locale": "fi", "preferredLanguage": "sv"}),
                "column preferredLanguage: locale and preferredLanguage are always the same",
            ),
        ] {
            let mut row = row.as_object().unwrap().clone();
            complete_contacts(&mut row);
            let problems = check(&row);
            assert_eq!(problems.len(), 1, "{row:?}");
            assert!(problems[0].to_string().starts_with(expected), "{}", problems[0]);
        }
        let row = json!({
            "dateOfBirth": "1980-05-17", "locale": "fi", "preferredLanguage": "fi",
            "emails": [null, {"address": "a@b.fi"}], "mobiles": null, "addresses": [{}],
        });
        assert!(check(row.as_object().unwrap()).is_empty());
    }
}
