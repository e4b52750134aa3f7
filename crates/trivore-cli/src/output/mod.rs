//! Results on standard output, for people and for programs.

mod cells;
mod counted;
mod csv_cell;
mod format;
mod output;
mod printable;
mod relative_time;
mod rows;
mod table;

pub(crate) use counted::counted;
pub(crate) use csv_cell::{guarded, unguarded};
pub(crate) use format::Format;
pub(crate) use output::Output;
pub(crate) use printable::printable;
