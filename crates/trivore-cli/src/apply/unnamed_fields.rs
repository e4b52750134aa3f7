//! What a service does with the fields that an update does not name.
//!
//! It is unknown until the response to a first update shows it. Until then, users are changed one
//! after the other, and each is saved in a file before: if the service clears its other fields, they
//! are written back, also by a later run.

use std::path::PathBuf;

use trivore::models::{Changes, UserId};
use trivore::{Error, Result, Users};

use super::complete_user::{
    ReceivedUser, document, has_kept_fields, lost_fields, other_fields, unnamed_fields,
};
use super::partly_applied::PartlyApplied;
use super::saved_user::SavedUser;
use crate::failure::Failure;
use crate::plan::{GroupNames, merged};
use crate::rows::Document;

/// What a service does with the fields that an update does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnnamedFields {
    Unknown,
    Kept,
    Cleared,
}

/// Finds out what a service does with the fields that an update does not name.
pub(super) struct UnnamedFieldsProbe {
    pub(super) fields: UnnamedFields,
    users: Users,
    service: String,
    /// Where a user is saved.
    path: PathBuf,
    /// The user that may have lost fields.
    saved: Option<SavedUser>,
}

/// A user may have lost fields.
#[derive(Debug, thiserror::Error)]
enum UserAtRisk {
    #[error(
        "the service cleared {fields} of the user {id}, and they could not be restored ({cause}); \
         go on with --resume, or restore them by hand from {path}"
    )]
    NotRestored { id: UserId, fields: String, cause: String, path: String },
    #[error(
        "the service cleared {fields} of the user {id} in an earlier run, and someone else changed \
         the user since; restore them by hand from {path}, and remove that file"
    )]
    Changed { id: UserId, fields: String, path: String },
}

impl UnnamedFieldsProbe {
    pub(super) fn new(users: Users, service: String, path: PathBuf) -> Self {
        Self { fields: UnnamedFields::Unknown, users, service, path, saved: None }
    }

    /// Reads the user that an earlier run has saved.
    pub(super) fn load(&mut self) -> Result<(), Failure> {
        self.saved = SavedUser::load(&self.path, &self.service)?;
        Ok(())
    }

    /// Saves a user before a change, if it has fields that the service could clear.
    pub(super) fn save(
        &mut self,
        id: &UserId,
        user: ReceivedUser,
        changes: &Changes,
    ) -> Result<()> {
        if unnamed_fields(&user.document()?, changes).next().is_none() {
            return Ok(());
        }
        let (service, id, changes) = (self.service.clone(), id.clone(), changes.clone());
        let saved = SavedUser { service, id, user, changes };
        saved.save(&self.path).map_err(|error| {
            Error::before_sending(format!("cannot write {}: {error}", self.path.display()))
        })?;
        self.saved = Some(saved);
        Ok(())
    }

    /// Removes the saved user, who has lost nothing.
    pub(super) fn forget(&mut self) -> Result<()> {
        if self.saved.take().is_none() {
            return Ok(());
        }
        std::fs::remove_file(&self.path).map_err(|error| {
            Error::after_sending(format!("cannot remove {}: {error}", self.path.display()))
        })
    }

    /// Learns from the response to a change of the user that was saved, and restores what it lost;
    /// returns the user as it is then.
    pub(super) async fn learn(&mut self, response: Document) -> Result<Document> {
        let Some(saved) = &self.saved else { return Ok(response) };
        let (changes, before) = (&saved.changes, saved.user.document()?);
        if lost_fields(&before, changes, &response).is_empty() {
            if has_kept_fields(&before, changes, &response) {
                self.fields = UnnamedFields::Kept;
            }
            self.forget()?;
            return Ok(response);
        }
        // The response may not be complete.
        let read = ReceivedUser::read(&self.users, &saved.id).await;
        let lost = match read.and_then(|user| user.document()) {
            Ok(now) if lost_fields(&before, changes, &now).is_empty() => {
                self.forget()?;
                return Ok(now);
            }
            Ok(now) => lost_fields(&before, changes, &now),
            Err(_) => lost_fields(&before, changes, &response),
        };
        self.restore(lost).await
    }

    /// Finds out what became of the user that was saved, if its change may have been sent, and
    /// restores what it lost; returns the fields that were restored, and whose they are.
    pub(super) async fn settle(&mut self) -> Result<Option<(UserId, Vec<String>)>> {
        let Some(saved) = &self.saved else { return Ok(None) };
        let now = match ReceivedUser::read(&self.users, &saved.id).await {
            Ok(user) => user.document()?,
            Err(error) if error.is_not_found() => return self.forget().map(|()| None),
            Err(error) => return Err(error),
        };
        let (id, before) = (saved.id.clone(), saved.user.document()?);
        let is_written = has_changes(saved, &now)?;
        let is_kept = has_kept_fields(&before, &saved.changes, &now);
        let lost = lost_fields(&before, &saved.changes, &now);
        if lost.is_empty() {
            // That the fields are there tells nothing: they may have been restored already.
            return self.forget().map(|()| None);
        }
        if !is_written || is_kept {
            let (fields, path) = (lost.join(", "), self.path.display().to_string());
            return Err(Error::after_sending(UserAtRisk::Changed { id, fields, path }));
        }
        self.restore(lost.clone()).await?;
        Ok(Some((id, lost)))
    }

    /// Writes the saved user with all its fields and its changes.
    async fn restore(&mut self, lost: Vec<String>) -> Result<Document> {
        self.fields = UnnamedFields::Cleared;
        let Some(saved) = &self.saved else { return Err(PartlyApplied::of(&lost)) };
        let failed = |fields: &[String], cause: &str| {
            let (id, fields) = (saved.id.clone(), fields.join(", "));
            let (cause, path) = (cause.to_owned(), self.path.display().to_string());
            Error::after_sending(UserAtRisk::NotRestored { id, fields, cause, path })
        };
        let written = saved.user.write(&self.users, &saved.id, &saved.changes).await;
        let written = written.map_err(|error| failed(&lost, Failure::of(&error).message()))?;
        let before = saved.user.document()?;
        let lost = lost_fields(&before, &saved.changes, &written);
        if !lost.is_empty() {
            return Err(failed(&lost, "it does not store them again"));
        }
        let others = other_fields(&before, &saved.changes, &written);
        self.forget()?;
        if others.is_empty() { Ok(written) } else { Err(PartlyApplied::of(&others)) }
    }
}

/// Whether a user has what a change was to set.
fn has_changes(saved: &SavedUser, now: &Document) -> Result<bool> {
    let wanted = saved.changes.apply_to(&saved.user.user()?).map_err(Error::input)?;
    let wanted = document(&wanted)?;
    // New groups have other identifiers than names.
    let names = saved.changes.fields().filter(|name| *name != "memberOf");
    let wanted = names
        .map(|name| (name.to_owned(), wanted.get(name).cloned().unwrap_or_default()))
        .collect();
    Ok(merged(now, &wanted, &GroupNames::default()) == *now)
}
