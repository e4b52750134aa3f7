//! The names of groups, which a row may have instead of their identifiers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trivore::Users;
use trivore::models::UserId;

use crate::object_id::is_object_id;
use crate::rows::Document;

/// The names of groups by their identifiers, as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct GroupNames {
    names: BTreeMap<String, Option<String>>,
}

impl GroupNames {
    /// Reads the names of the groups of a user, if they are needed to compare it with a row.
    pub(crate) async fn learn(
        &mut self,
        users: &Users,
        user: &Document,
        row: &Document,
    ) -> trivore::Result<()> {
        let (Some(id), Some(wanted)) =
            (user.get("id").and_then(Value::as_str), row.get("memberOf"))
        else {
            return Ok(());
        };
        let stored = texts(user.get("memberOf").unwrap_or(&Value::Null));
        let has_unknown_group = stored.iter().any(|id| !self.names.contains_key(*id));
        let has_name = names_in(wanted).next().is_some();
        if has_unknown_group && has_name {
            for id in &stored {
                self.names.entry((*id).to_owned()).or_default();
            }
            for group in users.group_membership(&UserId::from(id)).await? {
                if let Some(id) = group.id {
                    self.names.insert(id.to_string(), group.name);
                }
            }
        }
        Ok(())
    }

    /// Returns a list of groups with identifiers instead of the names that were read.
    pub(crate) fn identifiers(&self, wanted: &Value) -> Value {
        let id_of = |name: &str| {
            let mut known = self.names.iter();
            known.find(|(_, known)| known.as_deref() == Some(name)).map(|(id, _)| id.as_str())
        };
        replaced(wanted, id_of)
    }

    /// Returns a list of groups with the names that were read instead of identifiers.
    pub(super) fn names(&self, groups: &Value) -> Value {
        replaced(groups, |id| self.names.get(id).and_then(Option::as_deref))
    }

    /// Returns the names that were read.
    pub(super) fn known(&self) -> impl Iterator<Item = &str> {
        self.names.values().filter_map(Option::as_deref)
    }

    /// Whether two lists have the same groups.
    pub(super) fn are_same(&self, stored: &Value, wanted: &Value) -> bool {
        let stored = texts(stored);
        let is_same = |id: &str, wanted: &str| {
            id == wanted || self.names.get(id).and_then(Option::as_deref) == Some(wanted)
        };
        let found: BTreeSet<_> = texts(wanted)
            .into_iter()
            .map(|wanted| stored.iter().find(|id| is_same(id, wanted)).copied())
            .collect();
        !found.contains(&None) && found.len() == stored.len()
    }
}

/// Returns a list without those texts for which there is another one, and with those.
fn replaced<'a>(list: &'a Value, other: impl Fn(&'a str) -> Option<&'a str>) -> Value {
    let texts = texts(list).into_iter().map(|text| other(text).unwrap_or(text));
    texts.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns the names in a list of groups, which can have identifiers, too.
pub(super) fn names_in(list: &Value) -> impl Iterator<Item = &str> {
    texts(list).into_iter().filter(|text| !is_object_id(text))
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::GroupNames;

    #[test]
    fn groups_are_the_same_by_identifier_or_name() {
        let mut groups = GroupNames::default();
        groups.names.insert("1".into(), Some("drivers".into()));
        groups.names.insert("2".into(), None);
        for (stored, wanted, expected) in [
            (json!(["1", "2"]), json!(["2", "drivers"]), true),
            (json!(["1", "2"]), json!(["drivers", "1", "2"]), true),
            (json!(["1", "2"]), json!(["drivers", "1"]), false),
            (json!(["1"]), json!(["drivers", "other"]), false),
            (json!(null), json!([]), true),
        ] {
            assert_eq!(groups.are_same(&stored, &wanted), expected, "{stored} {wanted}");
        }
    }
}
