//! `trivore users export`.

mod csv_columns;
mod export;
mod target;
mod writer;

pub(crate) use export::Export;
