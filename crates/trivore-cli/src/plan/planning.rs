//! Compares the users of a namespace with the desired ones.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use trivore::models::{Changes, Filter, NamespaceCode, PageRequest, UserId};

use super::desired::{DesiredUser, DesiredUsers};
use super::difference::{changed_fields, is_blank, merged};
use super::group_names::{GroupNames, names_in};
use super::key_field::KeyField;
use super::planned_change::{PlanSummary, PlannedChange, last_modified};
use super::spool::Spool;
use crate::connection::Connection;
use crate::failure::{Failure, FailureKind};
use crate::progress::ProgressDisplay;
use crate::rows::Document;

/// A plan that is being made.
pub(super) struct Planning<'a> {
    pub(super) connection: &'a Connection,
    pub(super) display: ProgressDisplay,
    pub(super) namespace: &'a NamespaceCode,
    pub(super) prune: bool,
    pub(super) groups: GroupNames,
    /// Names of groups in the changes.
    pub(super) named_groups: BTreeSet<String>,
    pub(super) summary: PlanSummary,
    pub(super) changes: Spool,
}

impl Planning<'_> {
    /// Reads all users of the namespace; returns whether the list stayed the same meanwhile, and how
    /// many users there are.
    pub(super) async fn compare(
        &mut self,
        desired: &mut DesiredUsers,
    ) -> Result<(bool, u64), Failure> {
        let filter = Filter::eq("nsCode", self.namespace.as_str());
        let request = PageRequest::new().count(PageRequest::MAX_COUNT).filter(filter);
        let mut users = self.connection.users().items(request);
        let (start, mut count) = (Instant::now(), 0_u64);
        while let Some(user) = users.next().await {
            let user = document(&user?)?;
            count += 1;
            if count.is_multiple_of(BETWEEN_PROGRESS) {
                self.display.show_count(count, start.elapsed());
            }
            let mut found: Option<DesiredUser> = None;
            for key in desired.key.of_user(&user) {
                let Some((row, was_taken)) = desired.take(&key)? else { continue };
                match &found {
                    _ if was_taken && found.as_ref().is_none_or(|found| found.row != row.row) => {
                        return Err(several_users(&desired.key, &row));
                    }
                    Some(found) if found.row != row.row => return Err(same_user(found, &row)),
                    _ => found = Some(row),
                }
            }
            match found {
                Some(row) => self.update(user, row).await?,
                None => self.delete(&desired.key, &user)?,
            }
        }
        Ok((users.drift().is_clean(), count))
    }

    async fn update(&mut self, user: Document, mut row: DesiredUser) -> Result<(), Failure> {
        row.document.remove("email");
        self.groups.learn(self.connection.users(), &user, &row.document).await?;
        let wanted = merged(&user, &row.document, &self.groups);
        let names = changed_fields(&user, &wanted);
        if names.is_empty() {
            self.summary.unchanged += 1;
            return Ok(());
        }
        if names.contains(&"memberOf") {
            self.add_named_groups(&wanted);
        }
        let before =
            names.iter().filter_map(|name| Some(((*name).to_owned(), user.get(*name)?.clone())));
        let before: Document = before.collect();
        let changes = Changes::between(&user, &wanted)
            .map_err(|error| invalid_row(&row, &error.to_string()))?;
        changes
            .apply_to(&Value::Object(user.clone()))
            .map_err(|error| invalid_row(&row, &describe(&error)))?;
        let (id, last_modified) = (id(&user)?, last_modified(&user));
        self.add(&PlannedChange::Update { key: row.key, id, last_modified, before, changes })
    }

    fn delete(&mut self, key: &KeyField, user: &Document) -> Result<(), Failure> {
        if !self.prune {
            self.summary.not_mentioned += 1;
            return Ok(());
        }
        let id = id(user)?;
        let name = user.get("username").and_then(Value::as_str).map(str::to_owned);
        let key = key.of_user(user).into_iter().next().or(name).unwrap_or_else(|| id.to_string());
        self.add(&PlannedChange::Delete { key, id, last_modified: last_modified(user) })
    }

    pub(super) fn create(&mut self, row: DesiredUser) -> Result<(), Failure> {
        let DesiredUser { key, document: mut row, .. } = row;
        if let Some(email) = row.remove("email") {
            row.insert("emails".to_owned(), json!([{"address": email}]));
        }
        let mut user = merged(&Document::new(), &row, &self.groups);
        user.retain(|_, value| !is_blank(value) || *value == Value::Bool(false));
        user.insert("nsCode".to_owned(), self.namespace.as_str().into());
        self.add_named_groups(&user);
        self.add(&PlannedChange::Create { key, user })
    }

    fn add_named_groups(&mut self, user: &Document) {
        let names = user.get("memberOf").into_iter().flat_map(names_in);
        self.named_groups.extend(names.map(str::to_owned));
    }

    fn add(&mut self, change: &PlannedChange) -> Result<(), Failure> {
        self.summary.count(change);
        self.changes.add(change).map(drop)
    }
}

/// Returns the JSON of a user.
fn document(user: &impl serde::Serialize) -> Result<Document, Failure> {
    match serde_json::to_value(user) {
        Ok(Value::Object(document)) => Ok(document),
        _ => Err(Failure::new(FailureKind::Other, "a user cannot be written as JSON")),
    }
}

fn id(user: &Document) -> Result<UserId, Failure> {
    user.get("id").and_then(Value::as_str).map(UserId::from).ok_or_else(|| {
        Failure::new(FailureKind::Unavailable, "the service returned a user without an identifier")
    })
}

fn several_users(key: &KeyField, row: &DesiredUser) -> Failure {
    let message = format!("several users have the {key} of row {}", row.row);
    Failure::new(FailureKind::NotFound, message).note("Choose another field with --key.")
}

fn same_user(a: &DesiredUser, b: &DesiredUser) -> Failure {
    Failure::usage(format!("the rows {} and {} are the same user", a.row, b.row))
        .note("Nothing was changed.")
}

fn invalid_row(row: &DesiredUser, message: &str) -> Failure {
    Failure::usage(format!("row {}: {message}", row.row)).note("Nothing was changed.")
}

fn describe(error: &trivore::models::InvalidChanges) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// How many users are read between two displays of the progress.
const BETWEEN_PROGRESS: u64 = 100;
