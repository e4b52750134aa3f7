//! Users with all the fields that an update can write.
//!
//! The API does not say whether an update leaves the fields unchanged that it does not name, or
//! clears them. A service that clears them has to be sent the complete user.

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use trivore::models::{Changes, User, UserId};
use trivore::transport::Call;
use trivore::{Error, Result, Users};

use crate::plan::{GroupNames, is_blank, merged};
use crate::rows::Document;

/// A user as the service sent it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ReceivedUser(Box<RawValue>);

impl ReceivedUser {
    /// Reads a user.
    pub(super) async fn read(users: &Users, id: &UserId) -> Result<Self> {
        let call = Call::<Box<RawValue>>::new(Method::GET, &path(id));
        let received = Self(users.client().send(call).await?);
        received.check(id)?;
        Ok(received)
    }

    pub(super) fn user(&self) -> Result<User> {
        serde_json::from_str(self.0.get())
            .map_err(|_shows_values| Error::before_sending("the service returned no valid user"))
    }

    pub(super) fn document(&self) -> Result<Document> {
        document(&self.user()?)
    }

    /// Writes the user with all its fields and with the changes, in one request.
    pub(super) async fn write(
        &self,
        users: &Users,
        id: &UserId,
        changes: &Changes,
    ) -> Result<Document> {
        let complete = self.complete(changes)?;
        let call = Call::<Box<RawValue>>::new(Method::PUT, &path(id)).json(&complete);
        let stored = Self(users.client().send(call).await?);
        stored.check(id).and_then(|()| stored.document()).map_err(Error::after_sending)
    }

    /// Returns all fields that an update can write, with the changes.
    fn complete(&self, changes: &Changes) -> Result<Changes> {
        let (json, user) = (self.0.get(), self.user()?);
        let mut fields: BTreeMap<&str, &RawValue> =
            serde_json::from_str(json).map_err(|error| Error::input(error.to_string()))?;
        fields.retain(|name, value| is_written(name, changes) && value.get() != "null");
        let text = serde_json::to_string(&fields).map_err(|error| Error::input(error.to_string()));
        let complete: Changes =
            serde_json::from_str(&text?).map_err(|error| Error::input(error.to_string()))?;
        // Numbers of what does not change stay as they were received.
        let merged = changes.apply_to(&user).map_err(Error::input)?;
        let exact = Changes::between_as_received(&user, &merged, json).map_err(Error::input)?;
        // Members that the changes clear stay cleared.
        Ok(complete.then(changes.clone()).then(exact))
    }

    fn check(&self, id: &UserId) -> Result<()> {
        if self.user()?.id.as_ref() == Some(id) {
            return Ok(());
        }
        Err(Error::before_sending("the service returned another user"))
    }
}

/// Returns the fields of a user that a service loses if it clears those that the changes do not
/// name.
pub(super) fn unnamed_fields<'a>(
    user: &'a Document,
    changes: &Changes,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let fields = user.iter().map(|(name, value)| (name.as_str(), value));
    fields.filter(|(name, value)| {
        is_written(name, changes) && changes.get(name).is_none() && !is_blank(value)
    })
}

/// Returns the fields that a user had before some changes, and lacks now.
pub(super) fn lost_fields(before: &Document, changes: &Changes, now: &Document) -> Vec<String> {
    let fields = unnamed_fields(before, changes);
    let lost = fields.filter(|(name, _)| now.get(*name).is_none_or(is_blank));
    lost.map(|(name, _)| name.to_owned()).collect()
}

/// Whether a user still has a field that a service which clears unnamed fields would have cleared.
pub(super) fn has_kept_fields(before: &Document, changes: &Changes, now: &Document) -> bool {
    let mut fields = unnamed_fields(before, changes);
    fields.any(|(name, _)| !OWN_VALUES.contains(&name) && !now.get(name).is_none_or(is_blank))
}

/// Returns the fields that changes do not name, and whose values are others than before.
pub(super) fn other_fields(before: &Document, changes: &Changes, now: &Document) -> Vec<String> {
    let fields = unnamed_fields(before, changes);
    let fields = fields.map(|(name, value)| (name.to_owned(), value.clone()));
    let wanted = fields.filter(|(name, _)| name != "memberOf").collect();
    let complete = merged(now, &wanted, &GroupNames::default());
    complete
        .into_iter()
        .filter(|(name, value)| now.get(name) != Some(value))
        .map(|(name, _)| name)
        .collect()
}

/// Returns the JSON of a user.
pub(super) fn document(user: &User) -> Result<Document> {
    match serde_json::to_value(user) {
        Ok(Value::Object(document)) => Ok(document),
        _ => Err(Error::input("a user cannot be written as JSON")),
    }
}

fn path(id: &UserId) -> [&str; 5] {
    ["api", "rest", "v1", "user", id.as_str()]
}

fn is_written(name: &str, changes: &Changes) -> bool {
    // The two are always the same, so the old value of one would undo the change of the other.
    let follows = match name {
        "locale" => changes.get("preferredLanguage").is_some(),
        "preferredLanguage" => changes.get("locale").is_some(),
        _ => false,
    };
    !follows && !User::READ_ONLY_FIELDS.contains(&name) && !NOT_WRITTEN.contains(&name)
}

/// Fields that an update cannot change, or that stay in any case.
const NOT_WRITTEN: [&str; 3] = ["customerGroupInfo", "nsCode", "username"];

/// Fields that a service may set or keep by itself, such as those with defaults.
const OWN_VALUES: [&str; 8] = [
    "consents",
    "locale",
    "locked",
    "memberOf",
    "minor",
    "preferredLanguage",
    "timeZone",
    "userAccountType",
];
