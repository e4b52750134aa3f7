//! What a bulk run says about each item.

use std::fmt;
use std::sync::Arc;

use trivore_transport::{Error, Failure, Result};

use super::journal::RecordedState;

/// An item of a bulk run, and its outcome.
///
/// `Debug` leaves out the key.
#[non_exhaustive]
pub struct BulkItem<T> {
    /// Position of the item in the input, from 0.
    pub number: u64,
    /// Key of the item, if the run has [keys](crate::Bulk::key).
    pub key: Option<Arc<str>>,
    /// What became of it.
    pub outcome: BulkOutcome<T>,
}

/// What became of an item of a bulk run.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no other outcome")]
pub enum BulkOutcome<T> {
    /// It was applied, with this result.
    Done(T),
    /// It was certainly not applied: [`Error::may_have_been_applied`] is `false`.
    Refused(Error),
    /// It may have been applied.
    Unknown(Error),
}

impl<T> BulkOutcome<T> {
    /// Returns the result or the error.
    ///
    /// # Errors
    ///
    /// The item was not done, or that is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run([21]);
    ///
    /// let item = run.try_next().await?.unwrap();
    /// assert_eq!(item.outcome.into_result()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_result(self) -> Result<T> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Refused(error) | Self::Unknown(error) => Err(error),
        }
    }

    /// Returns what a journal says about the outcome.
    pub(super) fn recorded(&self) -> RecordedState {
        match self {
            Self::Done(_) => RecordedState::Done,
            Self::Unknown(_) => RecordedState::Unknown,
            Self::Refused(error) if is_about_the_item(error) => RecordedState::Refused,
            Self::Refused(_) => RecordedState::NotApplied,
        }
    }
}

impl<T> From<Result<T>> for BulkOutcome<T> {
    fn from(result: Result<T>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(error) if error.may_have_been_applied() => Self::Unknown(error),
            Err(error) => Self::Refused(error),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for BulkItem<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkItem")
            .field("number", &self.number)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// Whether the same item would be refused again, so that a later run need not try it.
fn is_about_the_item(error: &Error) -> bool {
    /// These are about the client, its credentials, the load or the connection.
    const OTHERS: [u16; 8] = [401, 403, 407, 408, 421, 425, 429, 499];
    match error.status() {
        Some(status) => status.is_client_error() && !OTHERS.contains(&status.as_u16()),
        None => error.failure() == Failure::Input,
    }
}
