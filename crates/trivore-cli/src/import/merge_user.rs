//! The user that results from a stored one and the fields of a row.

use serde_json::Value;
use trivore::Error;
use trivore::models::User;

use crate::plan::{self, GroupNames, changed_fields};
use crate::rows::Document;

/// A stored user, and the same one with the fields of a row.
pub(super) struct MergedUser {
    before: Document,
    after: Document,
}

impl MergedUser {
    /// Compares and merges as `trivore plan` does.
    ///
    /// The user name and the namespace stay as the service stored them, and a password is that of
    /// a new user.
    pub(super) fn new(stored: &User, row: &Document) -> Result<Self, Error> {
        let Ok(Value::Object(before)) = serde_json::to_value(stored) else { return Err(invalid()) };
        let mut row = row.clone();
        for name in User::READ_ONLY_FIELDS.iter().chain(&["username", "nsCode", "password"]) {
            row.remove(*name);
        }
        let after = plan::merged(&before, &row, &GroupNames::default());
        Ok(Self { before, after })
    }

    /// Returns the names of the fields that differ.
    pub(super) fn changes(&self) -> Vec<&str> {
        changed_fields(&self.before, &self.after)
    }

    /// Returns the user with the fields of the row.
    pub(super) fn into_user(self) -> Result<User, Error> {
        serde_json::from_value(Value::Object(self.after)).map_err(|_shows_values| invalid())
    }
}

fn invalid() -> Error {
    Error::input("the user cannot have these fields")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trivore::models::User;

    use super::MergedUser;

    #[test]
    fn a_row_changes_only_its_fields() {
        let stored: User = serde_json::from_value(json!({
            "id": "1", "username": "jane", "title": "Dr.", "nickName": "J", "tags": ["vip"],
            "name": {"givenName": "Jane", "familyName": "Roe"}, "locale": "fi",
            "emails": [{"address": "a@b.c", "verified": true}], "customFields": {"a": 1, "b": {"c": 2}},
        }))
        .unwrap();
        let row = json!({
            "id": "2", "username": "JANE", "password": "x", "nickName": null, "tags": ["VIP"],
            "name": {"familyName": "Doe"}, "emails": [{"address": "d@e.f"}, {"address": "A@b.c"}],
            "customFields": {"b": {"d": 3}, "flag": false, "text": ""}, "locked": false,
        });
        let merged = MergedUser::new(&stored, row.as_object().unwrap()).unwrap();
        assert_eq!(merged.changes(), ["customFields", "emails", "name", "nickName"]);
        assert_eq!(
            serde_json::to_value(merged.into_user().unwrap()).unwrap(),
            json!({
                "id": "1", "username": "jane", "title": "Dr.", "tags": ["vip"], "locale": "fi",
                "name": {"givenName": "Jane", "familyName": "Doe"},
                "emails": [{"address": "d@e.f"}, {"address": "a@b.c", "verified": true}],
                "customFields": {"a": 1, "b": {"c": 2, "d": 3}, "flag": false, "text": ""},
            })
        );
    }

    #[test]
    fn what_the_service_writes_otherwise_is_no_change() {
        let stored: User = serde_json::from_value(json!({
            "id": "1", "tags": ["a", "b"], "mobiles": [{"number": "+358401234567"}],
            "customFields": {"flag": false}, "memberOf": ["2", "1"],
        }))
        .unwrap();
        let row = json!({
            "tags": ["B", "a"], "mobiles": [{"number": "+358 40 1234567"}], "title": "",
            "customFields": {"flag": false}, "memberOf": ["1", "2"], "emails": [],
        });
        let merged = MergedUser::new(&stored, row.as_object().unwrap()).unwrap();
        assert_eq!(merged.changes(), Vec::<&str>::new());
    }
}
