//! `trivore plan`: what has to change so that the users of a namespace are as a file says.

mod checksum;
mod desired;
mod desired_row;
mod difference;
mod group_names;
mod key_field;
mod plan;
mod plan_file;
mod plan_text;
mod planned_change;
mod planning;
mod spool;

pub(crate) use checksum::Checksum;
pub(crate) use difference::{changed_fields, is_blank, merged};
pub(crate) use group_names::GroupNames;
pub(crate) use key_field::KeyField;
pub(crate) use plan::Plan;
pub(crate) use plan_file::{PlanHeader, read};
pub(crate) use plan_text::{new_groups, shown_key, summary, write_change};
pub(crate) use planned_change::{PlanSummary, PlannedChange, last_modified};
pub(crate) use spool::SpooledLines;
