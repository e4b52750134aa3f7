//! Finds users by values of their documents.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use super::contact::ContactKind;
use crate::values::document::{Document, list, text, texts};
use crate::values::filter::{Test, Wanted};

/// A value by which users are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IndexedField {
    Email,
    Group,
    Mobile,
    Namespace,
    NickName,
    Username,
}

impl IndexedField {
    /// Returns the field for an attribute of a filter.
    fn of(attribute: &str) -> Option<Self> {
        match attribute {
            "email" | "emails.address" => Some(Self::Email),
            "memberOf" => Some(Self::Group),
            "mobiles.number" => Some(Self::Mobile),
            "nsCode" => Some(Self::Namespace),
            "nickName" => Some(Self::NickName),
            "username" => Some(Self::Username),
            _ => None,
        }
    }
}

/// The identifiers of users by their values, in lower case.
///
/// What is found may differ in case, so that the caller compares again.
#[derive(Clone, Default)]
pub(crate) struct UserIndex(BTreeSet<Entry>);

/// A field, the value and the namespace, and the identifier of the user.
type Entry = (IndexedField, Box<str>, Arc<str>);

impl UserIndex {
    pub(crate) fn add(&mut self, id: &Arc<str>, document: &Document) {
        self.0.extend(entries(id, document));
    }

    pub(crate) fn remove(&mut self, id: &Arc<str>, document: &Document) {
        for entry in entries(id, document) {
            self.0.remove(&entry);
        }
    }

    /// Finds users with a value in any namespace.
    pub(crate) fn find(&self, field: IndexedField, value: &str) -> impl Iterator<Item = &Arc<str>> {
        let prefix = format!("{}{SEPARATOR}", value.to_lowercase());
        let from = (field, prefix.clone().into_boxed_str(), Arc::from(""));
        let entries = self.0.range((Bound::Included(from), Bound::Unbounded));
        entries
            .take_while(move |(other, value, _)| *other == field && value.starts_with(&prefix))
            .map(|(_, _, id)| id)
    }

    /// Finds users with a value in one namespace.
    pub(crate) fn find_in(
        &self,
        field: IndexedField,
        value: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &Arc<str>> {
        let key = key(value, namespace);
        let from = (field, key.clone(), Arc::from(""));
        let entries = self.0.range((Bound::Included(from), Bound::Unbounded));
        entries
            .take_while(move |(other, value, _)| *other == field && *value == key)
            .map(|(_, _, id)| id)
    }

    /// Returns a set of users that includes all that match; `None` if it would exceed `limit`.
    pub(crate) fn candidates(&self, test: &Test, limit: usize) -> Option<BTreeSet<Arc<str>>> {
        match test {
            Test::All(parts) => parts
                .iter()
                .filter_map(|part| self.candidates(part, limit))
                .min_by_key(BTreeSet::len),
            Test::Any(parts) => {
                let mut found = BTreeSet::new();
                for part in parts {
                    found.append(&mut self.candidates(part, limit)?);
                }
                (found.len() <= limit).then_some(found)
            }
            Test::Compare { attribute, operator, wanted: Wanted::Text(wanted) }
                if operator.as_str() == "eq" && wanted.time.is_none() =>
            {
                let field = IndexedField::of(&attribute.name)?;
                let found: BTreeSet<_> =
                    self.find(field, &wanted.text).take(limit.saturating_add(1)).cloned().collect();
                (found.len() <= limit).then_some(found)
            }
            _ => None,
        }
    }
}

fn entries(id: &Arc<str>, document: &Document) -> Vec<Entry> {
    let namespace = text(document, "nsCode").unwrap_or_default();
    let mut found = vec![(IndexedField::Namespace, namespace)];
    for (field, name) in
        [(IndexedField::NickName, "nickName"), (IndexedField::Username, "username")]
    {
        found.extend(text(document, name).map(|value| (field, value)));
    }
    found.extend(texts(document, "memberOf").into_iter().map(|id| (IndexedField::Group, id)));
    for contact in ContactKind::ALL {
        let field = contact.indexed();
        let items = list(document, contact.list()).iter();
        let values = items.filter_map(|item| item.get(contact.value()).and_then(Value::as_str));
        found.extend(values.map(|value| (field, value)));
    }
    let entry = |(field, value)| (field, key(value, namespace), Arc::clone(id));
    found.into_iter().map(entry).collect()
}

fn key(value: &str, namespace: &str) -> Box<str> {
    format!("{}{SEPARATOR}{namespace}", value.to_lowercase()).into_boxed_str()
}

/// Sorts before all characters that names have.
const SEPARATOR: char = '\0';

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::attribute_paths::PathNumber;
    use crate::values::behavior_rules::Rules;

    fn index() -> UserIndex {
        let mut index = UserIndex::default();
        for (id, document) in [
            ("1", json!({"nsCode": "a", "username": "Jane", "nickName": "J"})),
            ("2", json!({"nsCode": "b", "username": "jane", "memberOf": ["g", "h"]})),
            ("3", json!({"nsCode": "a", "username": "janet", "emails": [{"address": "A@b.c"}]})),
        ] {
            index.add(&Arc::from(id), document.as_object().unwrap());
        }
        index
    }

    fn ids<'a>(found: impl IntoIterator<Item = &'a Arc<str>>) -> String {
        found.into_iter().map(|id| &**id).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn finds_values_in_any_namespace_or_one() {
        let index = index();
        assert_eq!(ids(index.find(IndexedField::Username, "JANE")), "1 2");
        assert_eq!(ids(index.find_in(IndexedField::Username, "jane", "b")), "2");
        assert_eq!(ids(index.find(IndexedField::Username, "jan")), "");
        assert_eq!(ids(index.find(IndexedField::Namespace, "a")), "1 3");
    }

    #[test]
    fn what_was_removed_is_not_found() {
        let mut index = index();
        let document = json!({"nsCode": "b", "username": "jane", "memberOf": ["g", "h"]});
        index.remove(&Arc::from("2"), document.as_object().unwrap());
        assert_eq!(ids(index.find(IndexedField::Username, "jane")), "1");
        assert_eq!(ids(index.find(IndexedField::Group, "h")), "");
    }

    #[test]
    fn candidates_include_all_users_that_match() {
        for (filter, expected) in [
            ("username eq \"Jane\"", Some("1 2")),
            ("username eq \"jane\" and nsCode eq \"a\" and locked eq true", Some("1 2")),
            ("emails.address eq \"a@b.c\" or memberOf eq \"h\"", Some("2 3")),
            ("emails.address eq \"a@b.c\" or locked eq true", None),
            ("not (username eq \"jane\")", None),
            ("username sw \"jane\"", None),
            ("nickName eq \"2022-10-26T12:39:42.195+03:00\"", None),
            ("nickName eq 1", None),
        ] {
            let parsed = filter.parse().unwrap();
            let test = Test::new(&parsed, &Rules::default(), &|_| PathNumber::Unlisted);

            let found = index().candidates(&test, 2);

            assert_eq!(found.as_ref().map(ids).as_deref(), expected, "{filter}");
        }
    }

    #[test]
    fn too_many_candidates_are_none() {
        let parsed = "nsCode eq \"a\"".parse().unwrap();
        let test = Test::new(&parsed, &Rules::default(), &|_| PathNumber::Unlisted);
        assert_eq!(index().candidates(&test, 1), None);
    }
}
