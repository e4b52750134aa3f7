//! Thousands of users at a time: imports, migrations, clean-ups.
//!
//! [`Bulk`] runs an operation for each of many items. It takes any async function, so an item can be
//! a user to create, an identifier to delete, or a row of a file. The examples `import` and
//! `resume` in the repository are whole programs.
//!
//! # A run
//!
//! ```
//! use futures_util::TryStreamExt as _;
//! use trivore::models::UserId;
//! use trivore::users::{Bulk, BulkOptions, BulkOutcome};
//! use trivore::{Credentials, Trivore};
//! # use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! # let mut leavers = vec![UserId::from("5b0cfba4e2bb230ff8b535e6")];
//! # for _ in 0..9 {
//! #     leavers.push(sandbox.add_user(serde_json::json!({}))?.into());
//! # }
//! let users = trivore.users().clone();
//! let delete = move |id: UserId| {
//!     let users = users.clone();
//!     async move { users.delete(&id).await }
//! };
//! let options = BulkOptions::new().concurrency(16).max_failure_share(0.05, 200);
//! let mut run = Bulk::new(delete).key(|id| id.to_string()).options(options).run(leavers);
//!
//! while let Some(item) = run.try_next().await? {
//!     match item.outcome {
//!         BulkOutcome::Done(()) => {}
//!         BulkOutcome::Refused(error) => println!("{} was not deleted: {error}", item.number),
//!         BulkOutcome::Unknown(error) => println!("{} may be deleted: {error}", item.number),
//!     }
//! }
//! let report = run.report();
//! assert_eq!((report.progress.done, report.progress.refused), (9, 1));
//! assert_eq!(report.not_begun(), Some(0));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The items run as tasks, so that they use all threads of the runtime; only as many as
//! [`BulkOptions::concurrency`] allows run at the same time. They are read one by one as they are
//! needed: an iterator or a stream of millions takes no more memory than one of hundreds. Each call
//! is subject to the limits, retries and deadlines of its client; see [`limits`](super::limits).
//!
//! Items with the same [key](crate::users::Bulk::key) never run at the same time, and keep their
//! order, also in resumed runs.
//!
//! # What became of an item
//!
//! | Outcome | The item was | To do |
//! |---|---|---|
//! | [`Done`](crate::users::BulkOutcome::Done) | applied | |
//! | [`Refused`](crate::users::BulkOutcome::Refused) | certainly not applied | correct it, or repeat it later |
//! | [`Unknown`](crate::users::BulkOutcome::Unknown) | maybe applied | look it up before you repeat it |
//!
//! An item is unknown if [`Error::may_have_been_applied`] says so. [`Bulk::reconcile`] takes a
//! function that looks it up, and repeats the item if it was not applied. [`Users::reconcile`] has
//! look-ups for creations and most other changes.
//!
//! # Stopping
//!
//! A run stops when too many items fail ([`BulkOptions::max_failures`],
//! [`BulkOptions::max_failure_share`]), when its time is over ([`BulkOptions::time_limit`]), when a
//! future of yours is ready ([`Bulk::stop_when`]), or when it is told to ([`BulkHandle::stop`]). Then
//! it begins no more items, and the stream ends once those that run have ended.
//! [`BulkRun::report`] says how many have not begun, and from which number on. Set a limit on
//! failures for long runs: otherwise a server that is down refuses them all.
//!
//! If you drop the stream, the requests that are under way are cancelled, and may have been applied.
//!
//! # Progress
//!
//! [`BulkHandle::progress`] has the counts, the rate and the time left at any moment, and
//! [`BulkHandle::changed`] waits for the next change. [`Bulk::on_progress`] calls a function of
//! yours on a thread of its own.
//!
//! # The journal
//!
//! With a journal, a run continues after the process was killed:
//!
//! ```
//! use futures_util::TryStreamExt as _;
//! use trivore::models::User;
//! use trivore::users::{Bulk, FileJournal, SyncPolicy};
//! use trivore::{Credentials, Trivore};
//! # use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("import.journal");
//! for settled_before in [0, 3] {
//!     let new = ["maija", "matti", "liisa"].map(|name| {
//!         let mut user = User::new();
//!         user.username = Some(name.to_owned());
//!         user.namespace_code = Some("sandbox".into());
//!         user
//!     });
//!     let (creating, asking) = (trivore.users().clone(), trivore.users().clone());
//!     let create = move |user: User| {
//!         let users = creating.clone();
//!         async move { Ok(users.create(&user).await?.user) }
//!     };
//!     let mut run = Bulk::new(create)
//!         .reconcile(move |user, started_ago| {
//!             let reconcile = asking.reconcile(started_ago);
//!             async move { Ok(reconcile.create(&user).await?.reconciled()) }
//!         })
//!         .key(|user| user.username.clone().unwrap_or_default())
//!         .journal(FileJournal::open(&path, SyncPolicy::EachRecord).await?)
//!         .run(new);
//!     while let Some(item) = run.try_next().await? {
//!         item.outcome.into_result()?;
//!     }
//!     assert_eq!(run.report().progress.skipped, settled_before);
//! }
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Each item is recorded before its request leaves, and again with its outcome. Each record has its
//! time. A later run over the same input reads them:
//!
//! | The journal says | The later run |
//! |---|---|
//! | nothing | runs the item |
//! | `done` | skips it |
//! | `refused`: the server rejected this item, or it is invalid | skips it, unless [`BulkOptions::repeat_refused`] is set |
//! | `not_applied`: an outage, a lack of permission, a rate limit | runs it |
//! | `begun` or `unknown` | looks it up with [`Bulk::reconcile`]; without that, it stays unknown and is never repeated |
//!
//! An item that waits for a [rate limit](super::limits) has begun. If the process is killed, it is
//! unknown, although its request has not left. So where an unknown item cannot be looked up, such as
//! a message, allow no more concurrent items than the rate needs.
//!
//! If an item was not applied (`not_applied`), or is unknown although there is a look-up, no later
//! item with its key begins in this run. Those are [held](crate::users::BulkProgress::held) until a
//! later run, so that they keep their order.
//!
//! The input must be the same, in the same order; another key at the same number is an error. The
//! journal holds keys, states and times, and no other data. [`FileJournal`] locks its file,
//! documents its format, and repairs a line that was cut off. [`SyncPolicy`] decides what survives a
//! power failure. If the journal cannot be written, no further request leaves. To keep it in a database,
//! implement [`Journal`].
//!
//! # Generated passwords
//!
//! A password that [`Users::create`] generates is in its result only. If the process ends before
//! you have stored it, nobody has it. [`Users::create_keeping_password`] gives it to a function of
//! yours before the request leaves, and sends nothing if that fails. Use it as the operation of an
//! import, and keep every password that it yields for a user: the last one is that of the account,
//! unless the last attempt was refused because the user exists.
//!
//! [`Bulk`]: crate::users::Bulk
//! [`Bulk::on_progress`]: crate::users::Bulk::on_progress
//! [`Bulk::reconcile`]: crate::users::Bulk::reconcile
//! [`Bulk::stop_when`]: crate::users::Bulk::stop_when
//! [`BulkHandle::changed`]: crate::users::BulkHandle::changed
//! [`BulkHandle::progress`]: crate::users::BulkHandle::progress
//! [`BulkHandle::stop`]: crate::users::BulkHandle::stop
//! [`BulkOptions::concurrency`]: crate::users::BulkOptions::concurrency
//! [`BulkOptions::max_failure_share`]: crate::users::BulkOptions::max_failure_share
//! [`BulkOptions::max_failures`]: crate::users::BulkOptions::max_failures
//! [`BulkOptions::repeat_refused`]: crate::users::BulkOptions::repeat_refused
//! [`BulkOptions::time_limit`]: crate::users::BulkOptions::time_limit
//! [`BulkRun::report`]: crate::users::BulkRun::report
//! [`Error::may_have_been_applied`]: crate::Error::may_have_been_applied
//! [`FileJournal`]: crate::users::FileJournal
//! [`Journal`]: crate::users::Journal
//! [`SyncPolicy`]: crate::users::SyncPolicy
//! [`Users::create`]: crate::Users::create
//! [`Users::create_keeping_password`]: crate::Users::create_keeping_password
//! [`Users::reconcile`]: crate::Users::reconcile
