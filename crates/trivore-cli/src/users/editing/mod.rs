//! Changes of users by the JSON names of their fields.

mod assignment;
mod field_changes;
mod field_edits;
mod json_file;
mod json_paths;
mod user_document;

pub(crate) use assignment::Assignment;
pub(crate) use field_changes::{check_change_columns, write_changes};
pub(crate) use field_edits::{FieldEdits, check_distinct};
pub(crate) use json_file::{parse_object, read_object, read_text};
pub(crate) use json_paths::{merge, set};
pub(crate) use user_document::{document_of, user_from};
