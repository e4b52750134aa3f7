//! What an import would do.

use clap::ValueEnum;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use trivore::models::{Filter, PageRequest, User};

use super::check_rows::CheckedRows;
use super::importer::one_of;
use super::item::Item;
use super::merge_user::MergedUser;
use super::on_exists::OnExists;
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::plural::counted;
use crate::rows::{Problems, RowFile};

/// What a dry run may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DryRun {
    /// Nothing: only the file is checked.
    Offline,
    /// Only reads: which users exist, and what would change.
    Read,
}

/// What would be done with a row.
#[derive(Serialize)]
struct PlannedRow {
    row: u64,
    key: String,
    action: &'static str,
    id: Option<String>,
    /// Fields that would change.
    fields: Vec<String>,
}

/// Reads which users exist, and writes what would be done with each row.
pub(super) async fn read(
    context: &Context,
    connection: &Connection,
    file: &RowFile,
    checked: &CheckedRows,
    on_exists: OnExists,
) -> Result<(), Failure> {
    let output = context.output();
    let mut planned = output.rows(&["row", "key", "action", "id", "fields"]);
    let mut rows = file.rows(&mut Problems::default())?;
    let (mut is_last, mut refused, mut count) = (false, 0_u64, 0_u64);
    while !is_last {
        let mut items = Vec::new();
        let mut filter: Option<Filter> = None;
        while items.len() < AT_ONCE && filter.as_ref().is_none_or(is_short) {
            let Some(row) = rows.next_row()? else {
                is_last = true;
                break;
            };
            let item = row.ok().and_then(|row| Item::of(row, connection.namespace()).ok());
            let item = item.ok_or_else(|| changed(file))?;
            filter = match (filter, item.filter()) {
                (Some(filter), Some(next)) => Some(filter.or(next)),
                (filter, next) => filter.or(next),
            };
            items.push(item);
        }
        let found: Vec<User> = match filter {
            Some(filter) => {
                let request = PageRequest::new().count(PageRequest::MAX_COUNT).filter(filter);
                connection.users().items(request).try_collect().await?
            }
            None => Vec::new(),
        };
        for item in items {
            let row = plan(item, &found, on_exists);
            refused += u64::from(row.action == REFUSE);
            count += 1;
            planned.add(&row)?;
        }
    }
    planned.finish()?;
    if count != checked.count {
        return Err(changed(file));
    }
    context.tell(format_args!("{}. Nothing was changed.", counted(count, "valid row")));
    if refused > 0 {
        let rows = counted(count, "row");
        let message = format!("of {rows}, {refused} would be refused: their users exist");
        return Err(Failure::new(FailureKind::Partial, message)
            .note("Skip or update them with --on-exists skip or --on-exists update."));
    }
    Ok(())
}

fn plan(item: Item, found: &[User], on_exists: OnExists) -> PlannedRow {
    let namesakes = found.iter().filter(|user| item.is_of(user)).cloned();
    let (action, user, fields) = match (one_of(namesakes), on_exists) {
        (Ok(None), _) => ("create", None, Vec::new()),
        (Ok(user), OnExists::Fail) => (REFUSE, user, Vec::new()),
        (Err(_), _) => (REFUSE, None, Vec::new()),
        (Ok(user), OnExists::Skip) => ("skip", user, Vec::new()),
        (Ok(Some(user)), OnExists::Update) => {
            let merged = MergedUser::new(&user, &item.document).and_then(|merged| {
                let fields: Vec<_> = merged.changes().into_iter().map(str::to_owned).collect();
                merged.into_user().map(|_| fields)
            });
            match merged {
                Ok(fields) if fields.is_empty() => ("unchanged", Some(user), fields),
                Ok(fields) => ("update", Some(user), fields),
                Err(_) => (REFUSE, Some(user), Vec::new()),
            }
        }
    };
    let id = user.and_then(|user| user.id).map(|id| id.to_string());
    PlannedRow { row: item.row, key: item.key, action, id, fields }
}

fn changed(file: &RowFile) -> Failure {
    Failure::new(FailureKind::Other, format!("{} was changed while it was read", file.name()))
}

fn is_short(filter: &Filter) -> bool {
    filter.to_string().len() < MOST_FILTER
}

const REFUSE: &str = "refuse";

/// Rows that are looked up with one request.
const AT_ONCE: usize = 40;

/// Characters of a filter, which is a part of the address.
const MOST_FILTER: usize = 2_500;
