//! `trivore users enterprise set`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};
use trivore::models::Enterprise;
use trivore::transport::decode_json;

use crate::context::Context;
use crate::expected::in_words;
use crate::failure::Failure;
use crate::users::UserArgument;
use crate::users::editing::{
    Assignment, check_change_columns, check_distinct, merge, read_object, set, write_changes,
};

/// Changes the data of an organization whose account is a user.
///
/// Fields are named by their JSON names with dots. A value after = is text; after := it is JSON. The
/// result has a row for each changed field. The service cannot clear a field.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users enterprise set customers/example-oy businessId=2345678-9 sales.phone=+358401234567
  trivore users enterprise set customers/example-oy --file enterprise.json")]
pub(crate) struct SetEnterprise {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Names and values.
    #[arg(value_name = "FIELD=VALUE", required_unless_present = "file")]
    assignments: Vec<String>,
    /// Take the fields of this JSON file; `-` is standard input.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl SetEnterprise {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        check_change_columns(context)?;
        let mut patch = match &self.file {
            Some(path) => read_object(path)?,
            None => Map::new(),
        };
        patch.remove("meta");
        let patch = Value::Object(patch);
        let assignments = Assignment::parse_all(&self.assignments)?;
        check_distinct(assignments.iter().map(|it| it.path.as_str()))?;
        let edit = EnterpriseEdit { assignments, patch };
        edit.applied_to(&Enterprise::new())?;
        let connection = context.connect()?;
        let users = connection.users();
        let id = self.user.id(&connection).await?;
        let stored = users.enterprise(&id).await?;
        let before = document(&stored)?;
        let Some(changed) = edit.applied_to(&stored)? else {
            return write_changes(context, &before, &before, &before);
        };
        let mut wanted = before.clone();
        if let (Value::Object(wanted), Value::Object(changed)) = (&mut wanted, document(&changed)?)
        {
            wanted.extend(changed);
        }
        let written = users.update_enterprise(&id, &changed).await?;
        write_changes(context, &before, &wanted, &document(&written)?)
    }
}

/// What to change.
struct EnterpriseEdit {
    assignments: Vec<Assignment>,
    patch: Value,
}

impl EnterpriseEdit {
    /// Returns the fields that differ from those that are stored, if any.
    fn applied_to(&self, stored: &Enterprise) -> Result<Option<Enterprise>, Failure> {
        let before = document(stored)?;
        let mut after = before.clone();
        merge(&mut after, &self.patch);
        for Assignment { path, value } in &self.assignments {
            if path.split('.').next() == Some("meta") {
                return Err(Failure::usage("only the service sets `meta`"));
            }
            set(&mut after, path, value.clone()).map_err(Failure::usage)?;
        }
        if let Some(cleared) = cleared(&before, &after) {
            return Err(Failure::usage(format!("the service cannot clear `{cleared}`")));
        }
        if let Value::Object(fields) = &mut after {
            fields.retain(|field, value| before.get(field) != Some(value));
        }
        let json = serde_json::to_vec(&after)
            .map_err(|error| Failure::io("cannot write JSON", error.into()))?;
        let changed: Enterprise = decode_json(&json).map_err(|error| {
            let expected = error.expected().map_or("another value", in_words);
            Failure::usage(format!("`{}`: expected {expected}", error.path()))
        })?;
        let known = |field: &str| stored.extra.get(field).is_some();
        if let Some((field, _)) = changed.extra.iter().find(|(field, _)| !known(field)) {
            return Err(Failure::usage(format!("an organization has no field `{field}`")));
        }
        Ok((changed != Enterprise::new()).then_some(changed))
    }
}

fn document(enterprise: &Enterprise) -> Result<Value, Failure> {
    serde_json::to_value(enterprise).map_err(|error| Failure::io("cannot write JSON", error.into()))
}

/// Returns the first field that was there and is gone or `null`.
fn cleared(before: &Value, after: &Value) -> Option<String> {
    let before = before.as_object()?;
    before.iter().find_map(|(name, old)| match after.get(name) {
        None | Some(Value::Null) => Some(name.clone()),
        Some(new) => cleared(old, new).map(|inner| format!("{name}.{inner}")),
    })
}
