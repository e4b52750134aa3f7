//! `trivore apply`: applies a plan that `trivore plan` made.

mod applier;
mod apply;
mod apply_run;
mod apply_summary;
mod complete_user;
mod created_without_key;
mod partly_applied;
mod plan_journal;
mod planned_item;
mod running_changes;
mod saved_user;
mod stale_user;
mod unnamed_fields;

pub(crate) use apply::Apply;
