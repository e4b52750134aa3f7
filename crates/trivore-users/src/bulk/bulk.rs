//! What to do with many items, and how.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use trivore_transport::Result;

use super::intake::{Intake, KeyOf};
use super::journal::Journal;
use super::meter::Meter;
use super::options::BulkOptions;
use super::progress::BulkProgress;
use super::progress_thread::ProgressThread;
use super::recorder::Recorder;
use super::run::{BulkRun, RunParts};
use super::steps::Steps;
use super::stop::StopRule;
use crate::reconcile::Reconciled;

/// Runs an operation for each of many items: an import, an export, a migration, a clean-up.
///
/// The items run concurrently, as tasks on the tokio runtime. Each of them is one call or several;
/// the client's limits, retries and deadlines apply to its calls. There can be millions of items:
/// they are read as they are needed.
///
/// With a [journal](Bulk::journal), a run can be continued after the process was killed.
///
/// # Examples
///
/// ```
/// use futures_util::TryStreamExt as _;
/// use trivore_models::UserId;
/// use trivore_users::{Bulk, BulkOptions, BulkOutcome};
///
/// # use trivore_transport::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = trivore_sandbox::Sandbox::start().await?;
/// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
/// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
/// # let users = trivore_users::Users::new(client.build()?);
/// # let mut ids: Vec<UserId> = Vec::new();
/// # for _ in 0..3 {
/// #     ids.push(sandbox.add_user(serde_json::json!({}))?.into());
/// # }
/// let delete = move |id: UserId| {
///     let users = users.clone();
///     async move { users.delete(&id).await }
/// };
/// let mut run = Bulk::new(delete)
///     .key(|id| id.to_string())
///     .options(BulkOptions::new().concurrency(16).max_failures(10))
///     .run(ids);
/// while let Some(item) = run.try_next().await? {
///     match item.outcome {
///         BulkOutcome::Done(()) => {}
///         BulkOutcome::Refused(error) => println!("{} was not deleted: {error}", item.number),
///         BulkOutcome::Unknown(error) => println!("{} may be deleted: {error}", item.number),
///     }
/// }
///
/// assert_eq!(run.report().progress.done, 3);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing runs until `run` is called and its stream is polled"]
pub struct Bulk<I, T> {
    steps: Steps<I, T>,
    key: Option<KeyOf<I>>,
    options: BulkOptions,
    journal: Option<Box<dyn Journal>>,
    signals: Vec<BoxFuture<'static, ()>>,
    thread: Option<ProgressThread>,
}

impl<I, T> Bulk<I, T>
where
    I: Send + 'static,
    T: Send + 'static,
{
    /// Takes the operation that is to run for each item.
    ///
    /// If it panics, its item is [`Unknown`](crate::BulkOutcome::Unknown), and the others go on.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run([1, 2, 3]);
    ///
    /// assert_eq!(run.try_collect::<Vec<_>>().await?.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<F>(operation: impl Fn(I) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Self {
            steps: Steps::new(operation),
            key: None,
            options: BulkOptions::new(),
            journal: None,
            signals: Vec::new(),
            thread: None,
        }
    }

    /// Sets concurrency and limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::{Bulk, BulkOptions};
    ///
    /// let bulk = Bulk::new(|number: u32| async move { Ok(number * 2) });
    /// let bulk = bulk.options(BulkOptions::new().concurrency(64));
    /// # let _ = bulk;
    /// ```
    pub fn options(self, options: BulkOptions) -> Self {
        Self { options, ..self }
    }

    /// Names each item by a key, such as a user's identifier or username.
    ///
    /// Items with the same key run one after the other, in their order; with a
    /// [journal](Self::journal), also those of resumed runs. A journal contains the keys, and they
    /// are the only data of yours in it.
    ///
    /// While items wait for others with their key, the run reads ahead for items with other keys:
    /// until 1,024 items wait, or sixteen times the concurrency if that is more. Then it reads on
    /// when one of them has begun. So the memory stays the same however many items of a row have
    /// the same key, but a longer row lets only one item run at a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let changes = [("maija", 1), ("matti", 2), ("maija", 3)];
    /// let run = Bulk::new(|(_, change): (&'static str, u32)| async move { Ok(change) })
    ///     .key(|(name, _)| (*name).to_owned())
    ///     .run(changes);
    ///
    /// let items: Vec<_> = run.try_collect().await?;
    /// let of_maija = items.iter().filter(|item| item.key.as_deref() == Some("maija"));
    /// assert_eq!(of_maija.map(|item| item.number).collect::<Vec<_>>(), [0, 2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn key(mut self, key: impl Fn(&I) -> String + Send + Sync + 'static) -> Self {
        self.key = Some(Box::new(key));
        self
    }

    /// Records in a journal what the run does, and continues where the journal ends.
    ///
    /// The input must be the same as that of the runs before, in the same order; it may have new
    /// items at its end. Items that are done are skipped; so are those that were refused, unless
    /// [`BulkOptions::repeat_refused`] is set. Items that were not applied for another reason, such
    /// as an outage, run again. Items whose outcome is unknown are [reconciled](Self::reconcile)
    /// first; without that, they are [`Unknown`](crate::BulkOutcome::Unknown) again, and never run
    /// a second time.
    ///
    /// Items with the same key keep their order. So if one of them may run again in a later run, no
    /// later one with its key begins in this run: after an outcome that is unknown, if there is a
    /// [look-up](Self::reconcile), and after one that was not applied for a reason such as an
    /// outage. [`BulkProgress::held`] counts those that wait for a later run. There are two
    /// exceptions, in which later items with the key may have run before: an item that was refused
    /// and is [repeated](BulkOptions::repeat_refused), and one whose outcome was unknown in a run
    /// without look-up.
    ///
    /// Each item is recorded before its request leaves, and again before its outcome is yielded. If
    /// the journal cannot be written, no further item begins, and the run's last item is the error.
    /// A journal needs [keys](Self::key).
    ///
    /// # Examples
    ///
    /// See [`FileJournal::open`](crate::FileJournal::open).
    ///
    /// ```
    /// # use trivore_users::{Bulk, FileJournal};
    /// # fn with(bulk: Bulk<u32, u32>, journal: FileJournal) -> Bulk<u32, u32> {
    /// bulk.key(|number| number.to_string()).journal(journal)
    /// # }
    /// ```
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Some(Box::new(journal));
        self
    }

    /// Looks up what became of an item whose outcome is unknown.
    ///
    /// It is called after an unknown outcome of this run, and for items whose outcome an earlier
    /// run did not learn. It gets the item, and how long ago the first of its requests left that
    /// may have been applied: [`Users::reconcile`](crate::Users::reconcile) needs that to tell a
    /// user of this run from an older one. For an item of an earlier run, the time is that of its
    /// record, by the clock of the machine; if that clock was set back since, it is
    /// [`Duration::MAX`].
    ///
    /// An item that was applied is done. One that was not applied runs again, up to three times. If
    /// it is refused then, it is looked up once more, since it may be refused because its first
    /// request was applied after all. If the look-up fails, or cannot tell, the outcome remains
    /// unknown. With a [journal](Self::journal), use it in each run.
    ///
    /// It must be certain before it returns [`NotApplied`](Reconciled::NotApplied): the server may
    /// still be working on a request that timed out. `Users::reconcile` looks again for a while.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::User;
    /// use trivore_users::{Bulk, Users};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = Users::new(client.build()?);
    /// # let lost = trivore_sandbox::Fault::reset_after_applying().on(http::Method::POST, "/user");
    /// # sandbox.inject(lost.once())?;
    /// let new = ["maija", "matti"].map(|name| {
    ///     let mut user = User::new();
    ///     user.username = Some(name.to_owned());
    ///     user.namespace_code = Some("sandbox".into());
    ///     user
    /// });
    ///
    /// let asking = users.clone();
    /// let run = Bulk::new(move |user: User| {
    ///     let users = users.clone();
    ///     async move { Ok(users.create(&user).await?.user) }
    /// })
    /// .reconcile(move |user, started_ago| {
    ///     let reconcile = asking.reconcile(started_ago);
    ///     async move { Ok(reconcile.create(&user).await?.reconciled()) }
    /// })
    /// .run(new);
    ///
    /// for item in run.try_collect::<Vec<_>>().await? {
    ///     item.outcome.into_result()?; // One of the responses was lost.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile<F>(mut self, ask: impl Fn(I, Duration) -> F + Send + Sync + 'static) -> Self
    where
        I: Clone,
        F: Future<Output = Result<Reconciled<T>>> + Send + 'static,
    {
        self.steps.reconcile(ask);
        self
    }

    /// Stops the run when a future is ready, for example at a signal to the process.
    ///
    /// No further item begins then, and those that run end.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, BulkStop, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut run = Bulk::new(|number: u32| async move { Ok(number * 2) })
    ///     .stop_when(async {}) // Such as `tokio::signal::ctrl_c()`.
    ///     .run([1, 2, 3]);
    ///
    /// assert!(run.try_next().await?.is_none());
    /// assert_eq!(run.report().stopped, Some(BulkStop::Signal));
    /// # Ok(())
    /// # }
    /// ```
    pub fn stop_when(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signals.push(Box::pin(signal));
        self
    }

    /// Calls a function with the run's progress, at most once in a time, and at the end.
    ///
    /// It is called on a thread of its own, so it may block, and a panic of it stops nothing. The
    /// last call may come after the stream has ended. [`BulkHandle`](crate::BulkHandle) has the
    /// progress, too, for async code.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_users::Bulk;
    ///
    /// let bulk = Bulk::new(|number: u32| async move { Ok(number * 2) })
    ///     .on_progress(Duration::from_secs(1), |progress| {
    ///         println!("{} done, {:?} left", progress.done, progress.time_left());
    ///     });
    /// # let _ = bulk;
    /// ```
    pub fn on_progress(
        mut self,
        every: Duration,
        show: impl Fn(BulkProgress) + Send + 'static,
    ) -> Self {
        self.thread = Some(ProgressThread::start(every, show));
        self
    }

    /// Runs the operation for the items of an iterator; nothing happens until the stream is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run(1..=3);
    ///
    /// let mut sum = 0;
    /// while let Some(item) = run.try_next().await? {
    ///     sum += item.outcome.into_result()?;
    /// }
    /// assert_eq!(sum, 12);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run<'a, Items>(self, items: Items) -> BulkRun<'a, I, T>
    where
        Items: IntoIterator<Item = I, IntoIter: Send + 'a>,
    {
        self.start(stream::iter(items.into_iter().map(Ok)).boxed())
    }

    /// Runs the operation for the items of a stream, such as that of [`Users::items`].
    ///
    /// An error of the stream stops the run.
    ///
    /// [`Users::items`]: crate::Users::items
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{Changes, Filter, PageRequest, User};
    /// use trivore_users::{Bulk, Error};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # for _ in 0..3 {
    /// #     sandbox.add_user(serde_json::json!({"locale": "sv"}))?;
    /// # }
    /// let changes = Changes::new().set("locale", "fi")?;
    /// let items = users.items(PageRequest::new().filter(Filter::eq("locale", "sv")));
    /// let set_locale = move |user: User| {
    ///     let (users, changes) = (users.clone(), changes.clone());
    ///     async move {
    ///         let id = user.id.ok_or_else(|| Error::input("a user without identifier"))?;
    ///         users.apply(&id, &changes).await
    ///     }
    /// };
    ///
    /// let run = Bulk::new(set_locale).run_stream(items);
    /// assert_eq!(run.try_collect::<Vec<_>>().await?.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_stream<'a>(
        self,
        items: impl Stream<Item = Result<I>> + Send + 'a,
    ) -> BulkRun<'a, I, T> {
        self.start(items.boxed())
    }

    fn start(self, input: BoxStream<'_, Result<I>>) -> BulkRun<'_, I, T> {
        let Self { steps, key, options, journal, mut signals, thread } = self;
        let meter = Meter::new(thread);
        signals.push(meter.handle().stopped());
        BulkRun::new(RunParts {
            options,
            steps: Arc::new(steps),
            intake: Intake::new(input, key, options.most_waiting()),
            recorder: journal.map(Recorder::new),
            stop: StopRule::new(options, signals),
            meter,
        })
    }
}

impl<I, T> fmt::Debug for Bulk<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("options", &self.options)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}
