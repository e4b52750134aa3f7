//! Creates many users.

use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::Instrument as _;
use trivore_models::User;
use trivore_transport::{Error, Result};

use crate::accounts::creatable;
use crate::bulk::{Bulk, BulkItem, BulkOptions, BulkRun, check};
use crate::{CreatedUser, Users};

impl Users {
    /// Creates users concurrently and returns one result for each, in order.
    ///
    /// A call that fails does not stop the others. If its error is
    /// [`may_have_been_applied`](trivore_transport::Error::may_have_been_applied), look for the
    /// user before you create it again. If you drop the future, no more users are begun soon after,
    /// and those that were created so far remain.
    ///
    /// It is a [`Bulk`] run, and needs a tokio runtime. For more users than fit into memory, to
    /// watch the progress, and to continue after a failure, use [`Bulk`] itself.
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
        let Ok(runtime) = check(&options) else {
            // An error cannot be copied, so each user has one of its own.
            return users.iter().filter_map(|_| check(&options).err().map(Err)).collect();
        };
        let service = self.clone();
        // Users are large, and a box of one is moved faster from the input to the results.
        let create = move |user| {
            let service = service.clone();
            async move { service.create_checked(user).await.map(Box::new) }
        };
        let (sender, mut receiver) = mpsc::channel(1);
        let chunks = stream::poll_fn(move |cx| receiver.poll_recv(cx));
        let run =
            Bulk::new(create).options(options).run_stream(chunks.flat_map(stream::iter).map(Ok));
        // As a task of the runtime, the run is woken faster than a thread that blocks.
        let mut driver = JoinSet::new();
        let results: Results = Arc::new(Mutex::new(users.iter().map(|_| None).collect()));
        driver.spawn_on(collect(run, Arc::clone(&results)).in_current_span(), &runtime);
        for some in users.chunks(AT_ONCE) {
            let checked: Vec<_> = some.iter().map(|user| creatable(user).map(Box::new)).collect();
            if sender.send(checked).await.is_err() {
                break; // The run has stopped.
            }
        }
        drop(sender);
        let ended = driver.join_next().await.unwrap_or(Ok(()));
        // What has happened is kept, whatever ends the run.
        let results = std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner));
        let missing = match ended {
            Ok(()) => || Error::before_sending(STOPPED),
            Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
            Err(_shut_down) => || Error::after_sending(SHUT_DOWN),
        };
        results.into_iter().map(|result| result.unwrap_or_else(|| Err(missing()))).collect()
    }
}

/// The results so far, each in the place of its user.
type Results = Arc<Mutex<Vec<Option<Result<CreatedUser>>>>>;

/// Collects the results of a run.
async fn collect(mut run: BulkRun<'static, Result<Box<User>>, Box<CreatedUser>>, results: Results) {
    // The input does not fail, and there is no journal.
    while let Some(Ok(BulkItem { number, outcome, .. })) = run.next().await {
        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
        let place = usize::try_from(number).ok();
        if let Some(result) = place.and_then(|place| results.get_mut(place)) {
            *result = Some(outcome.into_result().map(|created| *created));
        }
    }
}

/// Number of users that are copied at once, so that not all are copied before they are needed.
const AT_ONCE: usize = 256;
const STOPPED: &str = "not begun, because the options stopped the others";
const SHUT_DOWN: &str = "the runtime was shut down while the users were created";
