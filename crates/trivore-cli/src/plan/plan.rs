//! `trivore plan`.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use trivore::models::NamespaceCode;

use super::desired::DesiredUsers;
use super::group_names::GroupNames;
use super::key_field::KeyField;
use super::plan_file::{self, PlanHeader};
use super::plan_text;
use super::planned_change::PlanSummary;
use super::planning::Planning;
use super::spool::{Spool, SpooledLines};
use crate::context::Context;
use crate::distinct_files;
use crate::failure::Failure;
use crate::output::Format;
use crate::progress::ProgressDisplay;
use crate::rows::RowOptions;

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
/// have no order. Groups may be named; the service creates a group whose name does not exist, and the
/// plan lists the names that no group of these users has. Upper and lower case of user names, e-mail
/// addresses and tags are the same. The read-only fields id, email, meta, strongIdentification and
/// customerGroupInfo are ignored, and so is whether a contact is verified. Passwords are refused.
///
/// The plan in the formats json and ndjson, and the file of --out, have all values, personal codes
/// among them.
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{FORMAT}"))]
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
    #[command(flatten)]
    rows: RowOptions,
}

impl Plan {
    pub(crate) async fn run(mut self, context: &Context) -> Result<(), Failure> {
        if self.file.as_os_str() == "-" && self.rows.format.is_none() {
            self.rows.format = Some(crate::rows::RowFormat::Ndjson);
        }
        if let Some(path) = &self.out {
            let inputs = [self.file.as_path()].into_iter().chain(self.rows.map());
            distinct_files::check(inputs.chain([path.as_path()]))?;
            plan_file::check_place(path)?;
        }
        let file = self.rows.open(&self.file)?;
        let given = self.namespace.as_deref().map(NamespaceCode::from);
        let mut desired =
            DesiredUsers::read(&file, self.key.clone(), given, self.rows.allow_unknown)?;
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
            named_groups: BTreeSet::new(),
            summary: PlanSummary::default(),
            changes: Spool::new()?,
        };
        let compared = planning.compare(&mut desired).await;
        planning.display.finish();
        let (is_clean, users) = compared?;
        if users == 0 {
            context.tell(format_args!(
                "note: {namespace} has no users, or the client may not see them"
            ));
        }
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
        let Planning { summary, changes, groups, named_groups, .. } = planning;
        let (service, key) = (connection.address().to_owned(), self.key.to_string());
        let mut header = PlanHeader::new(service, namespace.to_string(), key, summary);
        let is_unknown = |name: &String| groups.known().all(|known| known != name);
        header.unknown_groups = named_groups.into_iter().filter(is_unknown).collect();
        self.report(context, &header, &groups, changes.finish()?)
    }

    fn report(
        &self,
        context: &Context,
        header: &PlanHeader,
        groups: &GroupNames,
        mut changes: SpooledLines,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            plan_file::save(path, header, &mut changes)?;
        }
        let output = context.output();
        let new_groups = plan_text::new_groups(&header.unknown_groups, groups);
        if let Some(text) = &new_groups
            && output.format() != Format::Table
        {
            context.tell(format_args!("note: {text}"));
        }
        match output.format() {
            Format::Table => {
                let mut out = BufWriter::new(anstream::stdout());
                changes.restart()?;
                while let Some(change) = changes.next()? {
                    plan_text::write_change(
                        &mut out,
                        &change,
                        &self.key,
                        groups,
                        context.global.show_secrets,
                    )
                    .map_err(Failure::output)?;
                }
                if let Some(text) = &new_groups {
                    writeln!(out, "{text}").map_err(Failure::output)?;
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

const EXAMPLES: &str = "\
Examples:
  trivore plan desired.ndjson --namespace customers
  trivore plan staff.csv --key customFields.staffNumber --out plan.json
  trivore plan staff.csv --prune --out plan.json
  trivore apply plan.json --prune --max-deletes 5";

const FORMAT: &str = "\
The plan as JSON:
  {\"plan\": \"trivore-users\", \"version\": 1, \"service\": ADDRESS, \"namespace\": CODE,
   \"key\": FIELD, \"summary\": {\"create\": 1, \"update\": 1, \"delete\": 1, \"unchanged\": 0,
   \"notMentioned\": 0}, \"unknownGroups\": [NAME], \"changes\": [
     {\"operation\": \"create\", \"key\": KEY, \"user\": {...}},
     {\"operation\": \"update\", \"key\": KEY, \"id\": ID, \"lastModified\": TIME,
      \"before\": {\"title\": \"Dr.\"}, \"changes\": {\"title\": null}},
     {\"operation\": \"delete\", \"key\": KEY, \"id\": ID, \"lastModified\": TIME}],
   \"checksum\": TEXT}
  changes are the new values of whole fields, and null clears one; before has their old values.
  unknownGroups, if there are any, are the groups that no user who was read has; the service
  creates those that do not exist.
  The format ndjson has one change a line. A plan that was edited is refused.";
