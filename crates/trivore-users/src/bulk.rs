//! Bulk operations on users.

use futures_util::stream::{self, StreamExt as _};
use trivore_models::User;
use trivore_transport::Result;

use crate::{CreatedUser, Users};

/// Limits the number of concurrent calls of a bulk operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until they are used"]
pub struct BulkOptions {
    concurrency: usize,
}

impl BulkOptions {
    /// Allows eight concurrent calls.
    pub fn new() -> Self {
        Self { concurrency: 8 }
    }

    /// Limits the number of concurrent calls; zero counts as one.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Users {
    /// Creates users concurrently and returns one result for each, in order.
    ///
    /// A call that fails does not stop the others. If its error is
    /// [`may_have_been_applied`](trivore_transport::Error::may_have_been_applied), look for the
    /// user before you create it again. If you drop the future, the users that were created so
    /// far remain.
    pub async fn create_many(
        &self,
        users: &[User],
        options: BulkOptions,
    ) -> Vec<Result<CreatedUser>> {
        // By index: with references, the compiler cannot prove that this future is `Send`.
        let calls = (0..users.len()).map(async |index| (index, self.create(&users[index]).await));
        let mut results: Vec<_> =
            stream::iter(calls).buffer_unordered(options.concurrency).collect().await;
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}
