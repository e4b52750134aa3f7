//! `trivore users export`.

mod csv_columns;
mod export;
mod writer;

pub(crate) use export::Export;
