//! Applies the changes of a plan one by one.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Mutex;
use trivore::models::{Changes, NamespaceCode, PageRequest, User, UserId};
use trivore::users::{IncompleteChange, Reconciled};
use trivore::{Error, Result, Users};

use super::complete_user::{ReceivedUser, document};
use super::created_without_key::CreatedWithoutKey;
use super::partly_applied::PartlyApplied;
use super::planned_item::PlannedItem;
use super::stale_user::StaleUser;
use super::unnamed_fields::{UnnamedFields, UnnamedFieldsProbe};
use crate::plan::{GroupNames, KeyField, PlannedChange, changed_fields, last_modified, merged};
use crate::rows::Document;

/// Applies the changes of a plan one by one.
#[derive(Clone)]
pub(super) struct Applier {
    pub(super) users: Users,
    pub(super) namespace: NamespaceCode,
    pub(super) key: KeyField,
    pub(super) groups: Arc<Mutex<GroupNames>>,
    /// What the service does with fields that a request does not name.
    pub(super) unnamed_fields: Arc<Mutex<UnnamedFieldsProbe>>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Done,
    /// The user was already as it was to be.
    Before,
    /// The user was created, and has a user name, but not its key.
    WithoutKey(CreatedWithoutKey),
}

/// What was written.
struct Written {
    /// The fields that were to change, as they were to be.
    wanted: Document,
    /// The user as the service returned it.
    stored: Document,
}

/// What a look at the service says about a change.
enum Found {
    /// The user is as it is to be.
    Done,
    /// The user is as it was when the plan was made.
    Pending,
}

impl Applier {
    /// Applies a change, unless the user has it already or was changed since the plan was made.
    pub(super) async fn apply(self, item: PlannedItem) -> Result<Applied> {
        match &*item.change {
            PlannedChange::Create { key, user } => Box::pin(self.create(key, user)).await,
            PlannedChange::Update { id, last_modified, before, changes, .. } => {
                self.update(id, last_modified.as_deref(), before, changes).await
            }
            PlannedChange::Delete { id, last_modified, .. } => {
                match self.look_at_deleted(id, last_modified.as_deref()).await? {
                    Found::Done => Ok(Applied::Before),
                    Found::Pending => self.users.delete(id).await.map(|()| Applied::Done),
                }
            }
        }
    }

    /// Looks up what became of a change whose outcome is unknown.
    pub(super) async fn look_up(self, item: PlannedItem) -> Result<Reconciled<Applied>> {
        let found = match &*item.change {
            PlannedChange::Create { key, user } => {
                let is_named = user.contains_key("username");
                match self.look_at_created(key, user).await {
                    // The service may not have stored the key, or may be about to, and nothing
                    // else keeps a second request from creating a second user.
                    Ok(Found::Pending) if !is_named => return Ok(Reconciled::Unknown),
                    found => found,
                }
            }
            PlannedChange::Update { id, last_modified, before, changes, .. } => {
                self.unnamed_fields.lock().await.settle().await?;
                let looked = self.look_at_changed(id, last_modified.as_deref(), before, changes);
                looked.await
            }
            PlannedChange::Delete { id, last_modified, .. } => {
                self.look_at_deleted(id, last_modified.as_deref()).await
            }
        };
        match found {
            Ok(Found::Done) => Ok(Reconciled::Applied(Applied::Done)),
            // A change that is stale is looked at once more, and refused.
            Ok(Found::Pending) => Ok(Reconciled::NotApplied),
            Err(error) if StaleUser::is_cause_of(&error) => Ok(Reconciled::NotApplied),
            Err(error) => Err(error),
        }
    }

    async fn create(&self, key: &str, user: &Document) -> Result<Applied> {
        if let Found::Done = self.look_at_created(key, user).await? {
            return Ok(Applied::Before);
        }
        let new: User = serde_json::from_value(Value::Object(user.clone()))
            .map_err(|_shows_values| Error::input("the user of the plan is not valid"))?;
        let created = if new.username.is_some() {
            self.users.create_once(&new).await?
        } else {
            self.users.create(&new).await?
        };
        let stored = document(&created.user)?;
        if self.key.is_key_of(key, &stored) {
            return self.check_stored(&stored, user).await;
        }
        // The response may not be complete.
        if let Ok(stored) = self.users.get(&created.id).await
            && let Ok(stored) = document(&stored)
            && self.key.is_key_of(key, &stored)
        {
            return self.check_stored(&stored, user).await;
        }
        let without_key = CreatedWithoutKey { id: created.id, key: self.key.to_string() };
        if new.username.is_some() {
            return Ok(Applied::WithoutKey(without_key));
        }
        Err(Error::after_sending(without_key))
    }

    /// Looks for a user with the key of one that is to be created.
    async fn look_at_created(&self, key: &str, user: &Document) -> Result<Found> {
        let filter = self.key.filter(key, &self.namespace);
        let request = PageRequest::new().count(MOST_NAMESAKES).filter(filter);
        let mut found = Vec::new();
        for stored in self.users.list(&request).await? {
            let stored = document(&stored)?;
            if self.key.is_key_of(key, &stored) {
                found.push(stored);
            }
        }
        match &*found {
            [] => Ok(Found::Pending),
            [stored] => {
                let fields = self.differences(stored, user).await?;
                if fields.is_empty() {
                    return Ok(Found::Done);
                }
                Err(StaleUser::Exists { key: self.key.to_string(), fields: fields.join(", ") }
                    .into())
            }
            _ => Err(StaleUser::Several(self.key.to_string()).into()),
        }
    }

    async fn look_at_deleted(&self, id: &UserId, time: Option<&str>) -> Result<Found> {
        match self.users.get(id).await {
            Err(error) if error.is_not_found() => Ok(Found::Done),
            Err(error) => Err(error),
            Ok(user) if is_unchanged(&document(&user)?, time) => Ok(Found::Pending),
            Ok(_) => Err(StaleUser::Changed.into()),
        }
    }

    async fn look_at_changed(
        &self,
        id: &UserId,
        time: Option<&str>,
        before: &Document,
        changes: &Changes,
    ) -> Result<Found> {
        let user = self.users.get(id).await.map_err(gone)?;
        let changes = self.with_group_identifiers(&user, changes).await?;
        compare(&user, time, before, &changes)
    }

    /// Changes a user, unless it is otherwise than it was before.
    async fn update(
        &self,
        id: &UserId,
        time: Option<&str>,
        before: &Document,
        changes: &Changes,
    ) -> Result<Applied> {
        let changes = &match changes.get("memberOf") {
            Some(_) => {
                let user = self.users.get(id).await.map_err(gone)?;
                self.with_group_identifiers(&user, changes).await?
            }
            None => changes.clone(),
        };
        let mut probe = self.unnamed_fields.lock().await;
        probe.settle().await?;
        match probe.fields {
            UnnamedFields::Unknown => {
                let first = self.update_first(&mut probe, id, time, before, changes);
                return first.await;
            }
            UnnamedFields::Cleared => {
                drop(probe);
                return self.update_completely(id, time, before, changes).await;
            }
            UnnamedFields::Kept => drop(probe),
        }
        match self.modify(id, time, before, changes).await? {
            Some(written) => self.check_stored(&written.stored, &written.wanted).await,
            None => Ok(Applied::Before),
        }
    }

    /// Changes a user while it is unknown what the service does with its other fields.
    async fn update_first(
        &self,
        probe: &mut UnnamedFieldsProbe,
        id: &UserId,
        time: Option<&str>,
        before: &Document,
        changes: &Changes,
    ) -> Result<Applied> {
        let user = ReceivedUser::read(&self.users, id).await.map_err(gone)?;
        if let Found::Done = compare(&user.user()?, time, before, changes)? {
            return Ok(Applied::Before);
        }
        probe.save(id, user, changes)?;
        match self.modify(id, time, before, changes).await {
            Ok(Some(written)) => {
                let stored = probe.learn(written.stored).await?;
                self.check_stored(&stored, &written.wanted).await
            }
            Ok(None) => probe.forget().map(|()| Applied::Before),
            Err(error) if error.may_have_been_applied() => {
                probe.settle().await.map_err(Error::after_sending)?;
                Err(error)
            }
            Err(error) => {
                probe.forget()?;
                Err(error)
            }
        }
    }

    /// Writes the fields that the changes name, unless the user has them already.
    async fn modify(
        &self,
        id: &UserId,
        time: Option<&str>,
        before: &Document,
        changes: &Changes,
    ) -> Result<Option<Written>> {
        let (mut looked, mut wanted) = (None, None);
        let written = self.users.modify(id, |user| match compare(user, time, before, changes) {
            Ok(Found::Pending) => match changes.apply_to(user) {
                Ok(new) => {
                    *user = new;
                    wanted = Some(user.clone());
                }
                Err(error) => looked = Some(Err(Error::input(error))),
            },
            found => looked = Some(found),
        });
        let written = match written.await {
            Ok(written) => written,
            Err(error) => match IncompleteChange::of(&error) {
                Some(incomplete) => incomplete.user().clone(),
                None => return Err(gone(error)),
            },
        };
        if let Some(Err(error)) = looked {
            return Err(error);
        }
        let Some(wanted) = wanted else { return Ok(None) };
        let (wanted, stored) = (document(&wanted)?, document(&written)?);
        Ok(Some(Written { wanted: only(&wanted, changes), stored }))
    }

    /// Changes a user with a request that names all its fields.
    async fn update_completely(
        &self,
        id: &UserId,
        time: Option<&str>,
        before: &Document,
        changes: &Changes,
    ) -> Result<Applied> {
        let received = ReceivedUser::read(&self.users, id).await.map_err(gone)?;
        let user = received.user()?;
        if let Found::Done = compare(&user, time, before, changes)? {
            return Ok(Applied::Before);
        }
        let wanted = document(&changes.apply_to(&user).map_err(Error::input)?)?;
        let stored = received.write(&self.users, id, changes).await?;
        self.check_stored(&stored, &only(&wanted, changes)).await
    }

    /// Returns the changes with the identifiers of the groups that the user has already.
    async fn with_group_identifiers(&self, user: &User, changes: &Changes) -> Result<Changes> {
        let Some(wanted @ Value::Array(_)) = changes.get("memberOf") else {
            return Ok(changes.clone());
        };
        let user = document(user)?;
        let mut groups = self.groups.lock().await;
        groups.learn(&self.users, &user, &only_member_of(wanted)).await?;
        changes.clone().set("memberOf", groups.identifiers(wanted)).map_err(Error::input)
    }

    /// Checks that the service stored what was sent.
    async fn check_stored(&self, stored: &Document, wanted: &Document) -> Result<Applied> {
        // The user was written; that it cannot be compared does not change that.
        match self.differences(stored, wanted).await {
            Ok(fields) if !fields.is_empty() => Err(PartlyApplied::of(&fields)),
            Ok(_) | Err(_) => Ok(Applied::Done),
        }
    }

    async fn differences(&self, stored: &Document, wanted: &Document) -> Result<Vec<String>> {
        let mut groups = self.groups.lock().await;
        groups.learn(&self.users, stored, wanted).await?;
        let merged = merged(stored, wanted, &groups);
        let fields = changed_fields(stored, &merged).into_iter();
        Ok(fields.filter(|name| *name != "nsCode").map(str::to_owned).collect())
    }
}

/// Compares a user with the one of which the plan was made.
fn compare(user: &User, time: Option<&str>, before: &Document, changes: &Changes) -> Result<Found> {
    let wanted = document(&changes.apply_to(user).map_err(Error::input)?)?;
    let user = document(user)?;
    if merged(&user, &only(&wanted, changes), &GroupNames::default()) == user {
        return Ok(Found::Done);
    }
    let is_same = changes.fields().all(|name| user.get(name) == before.get(name));
    if is_same && is_unchanged(&user, time) {
        Ok(Found::Pending)
    } else {
        Err(StaleUser::Changed.into())
    }
}

fn is_unchanged(user: &Document, time: Option<&str>) -> bool {
    last_modified(user).as_deref() == time
}

/// Returns the fields of a user that the changes name; those that are cleared are `null`, also
/// within objects.
fn only(user: &Document, changes: &Changes) -> Document {
    let field = |name: &str| {
        let mut value = user.get(name).cloned().unwrap_or_default();
        add_nulls(&mut value, changes.get(name).unwrap_or(&Value::Null));
        (name.to_owned(), value)
    };
    changes.fields().map(field).collect()
}

/// Adds the members that a merge patch clears.
fn add_nulls(value: &mut Value, patch: &Value) {
    let (Value::Object(members), Value::Object(patch)) = (value, patch) else { return };
    for (name, inner) in patch {
        match members.get_mut(name) {
            Some(value) => add_nulls(value, inner),
            None if inner.is_null() => {
                members.insert(name.clone(), Value::Null);
            }
            None => {}
        }
    }
}

fn only_member_of(groups: &Value) -> Document {
    [("memberOf".to_owned(), groups.clone())].into_iter().collect()
}

fn gone(error: Error) -> Error {
    if error.is_not_found() && !error.may_have_been_applied() {
        return StaleUser::Deleted.into();
    }
    error
}

/// How many users with a key are looked at.
const MOST_NAMESAKES: u32 = 100;
