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
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// assert_eq!(BulkOptions::new(), BulkOptions::new().concurrency(8));
    /// ```
    pub fn new() -> Self {
        Self { concurrency: 8 }
    }

    /// Limits the number of concurrent calls; zero counts as one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// let one_by_one = BulkOptions::new().concurrency(1);
    ///
    /// assert_eq!(BulkOptions::new().concurrency(0), one_by_one);
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    /// use trivore_users::BulkOptions;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_user(serde_json::json!({"username": "liisa"}))?;
    /// let new = ["maija", "liisa", "matti"].map(|name| {
    ///     let mut user = User::new();
    ///     user.username = Some(name.to_owned());
    ///     user
    /// });
    /// let results = users.create_many(&new, BulkOptions::new().concurrency(4)).await;
    ///
    /// assert!(results[0].is_ok() && results[2].is_ok());
    /// assert!(results[1].as_ref().is_err_and(|error| error.is_conflict())); // name is taken
    /// # Ok(())
    /// # }
    /// ```
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
