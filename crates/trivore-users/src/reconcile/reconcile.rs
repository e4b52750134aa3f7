//! Looks up what became of a call.

use std::time::Duration;

use tokio::time::Instant;
use trivore_transport::Result;

use super::Reconciled;
use super::call_start::CallStart;
use crate::Users;

/// Looks up what became of a call whose outcome is unknown.
///
/// Its methods have the names of the operations whose calls they look up. They only read: nothing
/// is sent twice. If nothing is found at first, they read again for a [limited
/// time](Self::limit), because a service may show a change late, or apply a request after its
/// client has given up.
///
/// Each method is bounded in time: by the limit, and by the deadline of one read. An error of a
/// read means that nothing can be told.
///
/// There is no method for operations of which a read cannot tell anything, such as messages. They
/// must not be repeated.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trivore_models::RoleChanges;
/// use trivore_users::Reconciled;
///
/// # use trivore_transport::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = trivore_sandbox::Sandbox::start().await?;
/// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
/// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
/// # let users = trivore_users::Users::new(client.build()?);
/// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
/// # let lost = trivore_sandbox::Fault::apply_then_status(500);
/// # let lost = sandbox.inject(lost.on(http::Method::PUT, "/user/{userId}/roles/builtin"))?;
/// let changes = RoleChanges::new().add("GROUP_AUDITOR");
/// let started = std::time::Instant::now();
/// if let Err(error) = users.update_builtin_roles(&id, &changes).await
///     && error.may_have_been_applied()
/// {
///     let reconcile = users.reconcile(started.elapsed()).limit(Duration::from_secs(2));
///     let reconciled = reconcile.update_builtin_roles(&id, &changes).await?;
///
///     assert_eq!(reconciled, Reconciled::Applied(vec!["GROUP_AUDITOR".into()]));
/// }
/// # assert!(lost.hits() > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is looked up until a method is called"]
pub struct Reconcile {
    pub(super) users: Users,
    pub(super) start: CallStart,
    limit: Duration,
}

impl Users {
    /// Looks up what became of a call that started this long ago.
    ///
    /// What is older than the call is not its effect. Times are compared by the server's clock,
    /// which the `Date` of its responses tells to the second. If the local clock agrees with it,
    /// it is taken to be exact, and what seems to have happened just before the call cannot be
    /// told. If it does not, what happened within a second or two before the call counts as its
    /// effect. Without a `Date`, the local clock counts, and only what is more than an hour older
    /// than the call is certainly older.
    ///
    /// See [`Reconcile`] for an example. To create a user and look it up if necessary, use
    /// [`Users::create_once`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    /// use trivore_users::CreateOutcome;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// let started = std::time::Instant::now();
    /// let _interrupted = users.create(&user).await;
    /// let outcome = users.reconcile(started.elapsed()).create(&user).await?;
    ///
    /// assert!(matches!(outcome, CreateOutcome::Created(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile(&self, started_ago: Duration) -> Reconcile {
        Reconcile { users: self.clone(), start: CallStart::new(started_ago), limit: LIMIT }
    }
}

impl Reconcile {
    /// Sets how long reads are repeated while they find nothing; five seconds by default.
    ///
    /// With zero, there is only one read.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(users: trivore_users::Users) {
    /// use std::time::Duration;
    ///
    /// let once = users.reconcile(Duration::from_secs(30)).limit(Duration::ZERO);
    /// # drop(once);
    /// # }
    /// ```
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Reads until the call is known to have been applied, or no time is left.
    pub(super) async fn repeat<T, F>(&self, read: impl Fn() -> F) -> Result<Reconciled<T>>
    where
        F: Future<Output = Result<Reconciled<T>>>,
    {
        let mut rounds = self.rounds();
        loop {
            let reconciled = read().await?;
            if !matches!(reconciled, Reconciled::NotApplied) || !rounds.wait().await {
                return Ok(reconciled);
            }
        }
    }

    pub(super) fn rounds(&self) -> Rounds {
        Rounds { end: Instant::now().checked_add(self.limit), pause: FIRST_PAUSE }
    }
}

/// The pauses between reads.
pub(super) struct Rounds {
    end: Option<Instant>,
    pause: Duration,
}

impl Rounds {
    /// Waits until the next read; returns `false` if there is none.
    pub(super) async fn wait(&mut self) -> bool {
        let left = self.end.map_or(self.pause, |end| end.duration_since(Instant::now()));
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
        true
    }
}

const LIMIT: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
