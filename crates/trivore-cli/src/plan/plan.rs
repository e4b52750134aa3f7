//! `trivore plan`.

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use trivore::models::{Changes, Filter, NamespaceCode, PageRequest, UserId};

use super::desired::{DesiredUser, DesiredUsers};
use super::difference::{changed_fields, is_blank, merged};
use super::group_names::GroupNames;
use super::key_field::KeyField;
use super::plan_file::{self, PlanHeader};
use super::plan_text;
use super::planned_change::{PlanSummary, PlannedChange, last_modified};
use super::spool::{Spool, SpooledLines};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::output::Format;
use crate::progress::ProgressDisplay;
use crate::rows::{Document, RowOptions};

/// Compares the users of a namespace with a file, and plans the changes.
///
/// The file says what the users of one namespace are to be: one row for each user, with any of its
/// fields. All rows are checked before anything is sent, and nothing but reads is sent. Apply the
/// plan with `trivore apply`.
///
/// Only the fields that a row mentions are compared. Objects, such as name and customFields, are
/// compared member by member; null clears a field. A list is complete: what it does not have is
/// removed. E-mail addresses and numbers are found by their address or number and keep what the row
/// does not say of them; their order counts, since the first is the primary one. Tags and groups
/// have no order; groups may be named. Upper and lower case of user names, e-mail addresses and tags
/// are the same. The read-only fields id, email, meta, strongIdentification and customerGroupInfo
/// are ignored, and so is whether a contact is verified. Passwords are refused.
///
/// The plan in the formats json and ndjson, and the file of --out, have all values, personal codes
/// among them.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore plan desired.ndjson --namespace customers
  trivore plan staff.csv --key customFields.staffNumber --out plan.json
  trivore plan staff.csv --prune --out plan.json && trivore apply plan.json --prune --max-deletes 5")]
pub(crate) struct Plan {
    /// File with the desired users: CSV, NDJSON or JSON; - is standard input, as NDJSON.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The namespace of the users [default: that of the rows, or of the profile].
    #[arg(long, short, value_name = "CODE")]
    namespace: Option<String>,
    /// The field by which rows are users: username, email or customFields.NAME.
    #[arg(long, short, value_name = "FIELD", default_value = "username")]
    key: KeyField,
    /// Plan to delete users of the namespace whom no row mentions.
    #[arg(long)]
    prune: bool,
    /// Write the plan to this file, for `trivore apply`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also compare fields that this program does not know.
    #[arg(long)]
    allow_unknown: bool,
    #[command(flatten)]
    rows: RowOptions,
}

impl Plan {
    pub(crate) async fn run(mut self, context: &Context) -> Result<(), Failure> {
        if self.file.as_os_str() == "-" && self.rows.format.is_none() {
            self.rows.format = Some(crate::rows::RowFormat::Ndjson);
        }
        let file = self.rows.open(&self.file)?;
        let given = self.namespace.as_deref().map(NamespaceCode::from);
        let mut desired = DesiredUsers::read(&file, self.key.clone(), given, self.allow_unknown)?;
        let connection = context.connect()?;
        let namespace = desired.namespace.clone().or_else(|| connection.namespace().cloned());
        let namespace = namespace.ok_or_else(|| {
            Failure::usage("the namespace is not known")
                .note("Say it with --namespace, or give the rows an nsCode.")
        })?;
        if !desired.ignored.is_empty() {
            let names = desired.ignored.join(", ");
            context.tell(format_args!("note: ignored, because only the service sets it: {names}"));
        }
        let mut planning = Planning {
            connection: &connection,
            display: ProgressDisplay::new(context, "users", None),
            namespace: &namespace,
            prune: self.prune,
            groups: GroupNames::default(),
            summary: PlanSummary::default(),
            changes: Spool::new()?,
        };
        let is_clean = planning.compare(&mut desired).await;
        planning.display.finish();
        let is_clean = is_clean?;
        let mut missing = desired.missing();
        while let Some(user) = missing.next()? {
            planning.create(user)?;
        }
        if !is_clean {
            context.tell(
                "warning: users were created or deleted while they were listed, so that the plan \
                 can be wrong; plan again",
            );
        }
        let Planning { summary, changes, .. } = planning;
        let (service, key) = (connection.address().to_owned(), self.key.to_string());
        let header = PlanHeader::new(service, namespace.to_string(), key, summary);
        self.report(context, &header, changes.finish()?)
    }

    fn report(
        &self,
        context: &Context,
        header: &PlanHeader,
        mut changes: SpooledLines,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            plan_file::save(path, header, &mut changes)?;
        }
        let output = context.output();
        match output.format() {
            Format::Table => {
                let mut out = BufWriter::new(anstream::stdout());
                changes.restart()?;
                while let Some(change) = changes.next()? {
                    plan_text::write_change(
                        &mut out,
                        &change,
                        &self.key,
                        context.global.show_secrets,
                    )
                    .map_err(Failure::output)?;
                }
                writeln!(out, "{}.", plan_text::summary(&header.summary))
                    .and_then(|()| out.flush())
                    .map_err(Failure::output)?;
            }
            Format::Json => {
                let mut out = BufWriter::new(anstream::stdout());
                plan_file::write(&mut out, header, &mut changes)?;
                out.flush().map_err(Failure::output)?;
            }
            Format::Ndjson | Format::Csv | Format::Yaml => {
                let mut rows = output.rows(&["operation", "key", "id", "changes"]);
                changes.restart()?;
                while let Some(change) = changes.next::<Value>()? {
                    rows.add(&change)?;
                }
                rows.finish()?;
            }
        }
        match &self.out {
            Some(path) => context.tell(format_args!("Wrote the plan to {}.", path.display())),
            None if header.summary.changes() > 0 && output.format() == Format::Table => {
                context.tell("Write the plan to a file with --out to apply it.");
            }
            None => {}
        }
        Ok(())
    }
}

/// A plan that is being made.
struct Planning<'a> {
    connection: &'a Connection,
    display: ProgressDisplay,
    namespace: &'a NamespaceCode,
    prune: bool,
    groups: GroupNames,
    summary: PlanSummary,
    changes: Spool,
}

impl Planning<'_> {
    /// Reads all users of the namespace; returns whether the list stayed the same meanwhile.
    async fn compare(&mut self, desired: &mut DesiredUsers) -> Result<bool, Failure> {
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
        Ok(users.drift().is_clean())
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

    fn create(&mut self, row: DesiredUser) -> Result<(), Failure> {
        let DesiredUser { key, document: mut row, .. } = row;
        if let Some(email) = row.remove("email") {
            row.insert("emails".to_owned(), json!([{"address": email}]));
        }
        let mut user = merged(&Document::new(), &row, &self.groups);
        user.retain(|_, value| !is_blank(value) || *value == Value::Bool(false));
        user.insert("nsCode".to_owned(), self.namespace.as_str().into());
        self.add(&PlannedChange::Create { key, user })
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
