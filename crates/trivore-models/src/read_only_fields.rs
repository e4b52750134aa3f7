//! Fields that only the service sets.

use crate::{Enterprise, Extra, Profile, User};

impl User {
    /// JSON names of the fields that only the service sets (documented); no request has them.
    ///
    /// Where they accompany other data, they are left out: in a user that is created or updated,
    /// and in the [`Changes`](crate::Changes) between two users. Where they can only mean a change
    /// of such a field, they are an error: in `Changes` that name one, in an edit of `modify`, in a
    /// user that has `email` without `emails`, and in a user with nothing else.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_models::{Changes, User};
    ///
    /// let before: User = serde_json::from_value(json!({"id": "1", "title": "Dr."}))?;
    /// let after: User = serde_json::from_value(json!({"id": "2", "title": "Prof."}))?;
    ///
    /// let changes = Changes::between(&before, &after)?;
    /// assert_eq!(changes.fields().collect::<Vec<_>>(), ["title"]);
    ///
    /// assert!(Changes::new().set("id", "2").is_err());
    /// assert!(serde_json::from_value::<Changes>(json!({"id": "2"})).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const READ_ONLY_FIELDS: [&'static str; 4] = ["email", "id", "meta", "strongIdentification"];

    /// Removes the [read-only fields](Self::READ_ONLY_FIELDS), also from `extra`.
    #[must_use]
    pub fn without_read_only_fields(self) -> Self {
        Self {
            email: None,
            id: None,
            meta: None,
            strong_identification: None,
            extra: without(self.extra, &Self::READ_ONLY_FIELDS),
            ..self
        }
    }
}

impl Enterprise {
    /// Removes the field that only the service sets (documented): `meta`, also from `extra`.
    ///
    /// An update of an organization leaves it out. With nothing else, the update is an error.
    #[must_use]
    pub fn without_read_only_fields(self) -> Self {
        Self { meta: None, extra: without(self.extra, &["meta"]), ..self }
    }
}

impl Profile {
    /// Removes the fields that users cannot change (inferred), also from `extra`.
    ///
    /// They are `lastModified`, which the service sets, and `legalAddresses` and
    /// `legalDomicileCode`, which come from official registers. An update of a profile leaves them
    /// out. With nothing else, the update is an error.
    #[must_use]
    pub fn without_read_only_fields(self) -> Self {
        let names = ["lastModified", "legalAddresses", "legalDomicileCode"];
        Self {
            last_modified: None,
            legal_addresses: None,
            legal_domicile_code: None,
            extra: without(self.extra, &names),
            ..self
        }
    }
}

fn without(mut extra: Extra, names: &[&str]) -> Extra {
    for name in names {
        extra.remove(name);
    }
    extra
}
