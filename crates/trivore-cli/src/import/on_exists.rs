//! What happens to rows whose user exists.

use clap::ValueEnum;

/// What happens to a row whose user exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnExists {
    /// The row is refused.
    #[default]
    Fail,
    /// The user stays as it is.
    Skip,
    /// The user gets the fields of the row; other fields stay as they are.
    Update,
}
