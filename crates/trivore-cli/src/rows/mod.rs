//! Rows of users in files: CSV, NDJSON and JSON.

mod cell;
mod columns;
mod csv_rows;
mod document;
mod encoding;
mod field;
mod fields;
mod format;
mod input;
mod json_rows;
mod layout;
mod list_cell;
mod mapping;
mod problem;
mod reader;
mod row;
mod row_json;
mod row_options;
mod types;
mod values;

pub(crate) use cell::write;
pub(crate) use document::Document;
pub(crate) use field::{Field, written};
pub(crate) use fields::{FieldType, Fields, USER, find};
pub(crate) use format::RowFormat;
pub(crate) use problem::{Problem, Problems};
pub(crate) use row::Row;
pub(crate) use row_options::{RowFile, RowOptions, separator};
