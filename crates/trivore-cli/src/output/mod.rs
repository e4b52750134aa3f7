//! Results on standard output, for people and for programs.

mod cells;
mod csv_cell;
mod format;
mod output;
mod printable;
mod relative_time;
mod result_fields;
mod rows;
mod stdout;
mod table;

pub(crate) use csv_cell::{guarded, unguarded};
pub(crate) use format::Format;
pub(crate) use output::Output;
pub(crate) use printable::{printable, printable_line};
pub(crate) use result_fields::ResultFields;
pub(crate) use stdout::{write_stdout, write_styled};
