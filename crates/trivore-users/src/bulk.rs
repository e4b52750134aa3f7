//! Many users at once.

use futures_util::stream::{self, StreamExt as _};
use trivore_models::User;
use trivore_transport::Result;

use crate::{CreatedUser, Users};

/// How many calls of a bulk operation run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until they are used"]
pub struct BulkOptions {
    concurrency: usize,
}

impl BulkOptions {
    /// Eight calls at the same time.
    pub fn new() -> Self {
        Self { concurrency: 8 }
    }

    /// Runs at most this many calls at the same time; zero counts as one.
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
    /// Creates users, several at the same time, and returns one result for each, in order.
    ///
    /// One that fails does not stop the others. Where the error of one says
    /// [`may_have_been_applied`](trivore_transport::Error::may_have_been_applied), look the
    /// user up before you create it again. Dropping the future leaves the users that
    /// were created by then.
    pub async fn create_many(
        &self,
        users: &[User],
        options: BulkOptions,
    ) -> Vec<Result<CreatedUser>> {
        // By index: over references, the compiler cannot tell that this future is `Send`.
        let calls = (0..users.len()).map(async |index| (index, self.create(&users[index]).await));
        let mut results: Vec<_> =
            stream::iter(calls).buffer_unordered(options.concurrency).collect().await;
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}
