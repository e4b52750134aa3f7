//! How the rows of a file are written.

use super::format::RowFormat;
use super::mapping::Mapping;

/// How the rows of a file are written.
pub(super) struct Layout {
    pub(super) format: RowFormat,
    pub(super) mapping: Mapping,
    /// Between the cells of CSV, unless it is found by the header.
    pub(super) delimiter: Option<u8>,
    /// Between several values of a cell.
    pub(super) separator: String,
    /// Whether fields are sent that are not known.
    pub(super) allows_unknown: bool,
}
