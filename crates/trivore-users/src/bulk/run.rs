//! A bulk run, as a stream of outcomes.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use tokio::runtime::Handle;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::Instant;
use tracing::Instrument as _;
use trivore_transport::{BoxError, Error, Result};

use super::handle::BulkHandle;
use super::intake::Intake;
use super::item::{BulkItem, BulkOutcome};
use super::item_queue::QueuedItem;
use super::journal::{JournalRecord, JournalState, RecordedState};
use super::meter::Meter;
use super::options::BulkOptions;
use super::recorder::{Appended, Recorder};
use super::report::{BulkReport, BulkStop};
use super::steps::{Finished, Steps};
use super::stop::StopRule;
use crate::instant::local_time;

/// A bulk run: a stream of the items' outcomes, in the order in which they end.
///
/// The items run as tasks on the tokio runtime on which the stream is polled for the first time; a
/// time limit needs its time to be enabled.
/// The stream starts them, so it begins no more items while it is not polled; those that run
/// continue. Dropping it cancels what runs.
///
/// An error is the last item of the stream: the options are not valid, there is no tokio runtime,
/// the input failed or is not that of the journal, or the journal could not be read or written.
/// Before it, the stream yields the outcomes of all items that have begun. An item's own error is
/// in its [`BulkOutcome`].
pub struct BulkRun<'a, I, T> {
    parts: RunParts<'a, I, T>,
    phase: Phase,
    runtime: Option<Handle>,
    running: JoinSet<Finished<T>>,
    begun: HashMap<task::Id, BegunItem>,
    /// Items whose `begun` is being recorded.
    starting: usize,
    /// Numbers of items whose `begun` could not be recorded.
    not_begun: Vec<u64>,
    ended: VecDeque<BulkItem<T>>,
    has_all_begun: bool,
    error: Option<Error>,
}

/// What a run is made of.
pub(super) struct RunParts<'a, I, T> {
    pub(super) options: BulkOptions,
    pub(super) steps: Arc<Steps<I, T>>,
    pub(super) intake: Intake<'a, I>,
    pub(super) recorder: Option<Recorder<Recorded<I, T>>>,
    pub(super) stop: StopRule,
    pub(super) meter: Meter,
}

/// What waits for a record.
pub(super) enum Recorded<I, T> {
    Begun(QueuedItem<I>),
    Ended(BulkItem<T>),
}

enum Phase {
    Checking,
    Loading(BoxFuture<'static, Result<JournalState, BoxError>>),
    Running,
    Flushing(BoxFuture<'static, Result<(), BoxError>>),
    Over,
}

/// An item that runs.
struct BegunItem {
    number: u64,
    key: Option<Arc<str>>,
    is_open: bool,
}

impl<'a, I, T> BulkRun<'a, I, T>
where
    I: Send + 'static,
    T: Send + 'static,
{
    pub(super) fn new(parts: RunParts<'a, I, T>) -> Self {
        let mut run = Self {
            parts,
            phase: Phase::Checking,
            runtime: None,
            running: JoinSet::new(),
            begun: HashMap::new(),
            starting: 0,
            not_begun: Vec::new(),
            ended: VecDeque::new(),
            has_all_begun: false,
            error: None,
        };
        run.publish();
        run
    }

    /// Returns a handle that watches and stops the run.
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
    /// let handle = run.handle();
    /// assert_eq!(handle.progress().waiting, Some(3)); // It has not started.
    /// # Ok(())
    /// # }
    /// ```
    pub fn handle(&self) -> BulkHandle {
        let mut handle = self.parts.meter.handle().clone();
        handle.mark_seen();
        handle
    }

    /// Returns what the run has done so far, and what it has not begun.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run([1, 2, 3]);
    /// while let Some(item) = run.try_next().await? {
    ///     assert!(item.outcome.into_result().is_ok());
    /// }
    ///
    /// let report = run.report();
    /// assert_eq!((report.progress.done, report.not_begun()), (3, Some(0)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn report(&self) -> BulkReport {
        let RunParts { intake, stop, meter, .. } = &self.parts;
        let mut waiting: Vec<_> = intake.waiting_numbers().collect();
        waiting.extend(&self.not_begun);
        waiting.sort_unstable();
        BulkReport {
            progress: meter.progress(),
            stopped: stop.reason(),
            waiting,
            held_from: intake.held_from(),
            unread_from: intake.unread_from(),
            unread: intake.unread(),
        }
    }

    /// Checks what can be checked before the first item.
    fn check(&mut self) -> Result<Phase> {
        let runtime = check(&self.parts.options)?;
        if self.parts.recorder.is_some() && !self.parts.intake.has_keys() {
            return Err(Error::input("a journal needs a key for each item; set `Bulk::key`"));
        }
        self.runtime = Some(runtime);
        let now = Instant::now();
        self.parts.meter.start(now);
        self.parts.stop.start(now);
        Ok(match &self.parts.recorder {
            Some(recorder) => Phase::Loading(recorder.journal().load()),
            None => Phase::Running,
        })
    }

    /// Does what can be done now.
    fn advance(&mut self, cx: &mut Context<'_>) {
        self.parts.stop.poll(cx);
        while self.collect(cx) | self.record(cx) | self.begin(cx) {}
        self.publish();
    }

    /// Takes the outcomes of tasks that have ended.
    fn collect(&mut self, cx: &mut Context<'_>) -> bool {
        let mut has_moved = false;
        while let Poll::Ready(Some(joined)) = self.running.poll_join_next_with_id(cx) {
            let (id, finished) = joined.unwrap_or_else(|error| {
                let outcome = BulkOutcome::Unknown(lost(&error));
                (error.id(), Finished { outcome, was_called: true })
            });
            if let Some(item) = self.begun.remove(&id) {
                self.end(item, finished);
            }
            has_moved = true;
        }
        has_moved
    }

    fn end(&mut self, begun: BegunItem, finished: Finished<T>) {
        let RunParts { intake, meter, stop, recorder, steps, .. } = &mut self.parts;
        let BegunItem { number, key, is_open } = begun;
        let Finished { outcome, was_called } = finished;
        let (state, record_key) = (outcome.recorded(), key.clone());
        // In a later run, it would come after those that run now.
        let may_run_again = match state {
            RecordedState::NotApplied => true,
            RecordedState::Begun | RecordedState::Unknown => steps.may_repeat(),
            RecordedState::Done | RecordedState::Refused => false,
        };
        if recorder.is_some() && may_run_again {
            intake.hold(key.as_ref());
        } else {
            intake.release(key.as_ref());
        }
        if was_called || state != RecordedState::Unknown {
            meter.count(&outcome);
        } else {
            meter.count_carried();
        }
        stop.check(&meter.own_counts());
        let item = BulkItem { number, key, outcome };
        // That it is unknown was recorded before.
        let is_news = !(is_open && state == RecordedState::Unknown);
        match (recorder, record_key) {
            (Some(recorder), Some(key)) if is_news => {
                let record = JournalRecord { number, key, state, time: local_time() };
                recorder.push(record, Recorded::Ended(item));
            }
            _ => self.ended.push_back(item),
        }
    }

    /// Goes on with what was recorded.
    fn record(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(recorder) = &mut self.parts.recorder else { return false };
        let Poll::Ready(Some(appended)) = recorder.poll(cx) else { return false };
        let Appended { waited, result } = appended;
        for recorded in waited {
            match recorded {
                Recorded::Ended(item) => self.ended.push_back(item),
                Recorded::Begun(item) => {
                    self.starting -= 1;
                    match result {
                        Ok(()) => self.spawn(item),
                        Err(_) => self.not_begun.push(item.number),
                    }
                }
            }
        }
        if let Err(error) = result {
            self.parts.recorder = None;
            self.fail(Error::before_sending(error));
        }
        true
    }

    fn begin(&mut self, cx: &mut Context<'_>) -> bool {
        let mut has_moved = false;
        while self.may_begin() {
            match self.parts.intake.poll_next(cx) {
                Poll::Ready(Some(Ok(item))) => self.enter(item),
                Poll::Ready(Some(Err(error))) => self.fail(error),
                Poll::Ready(None) => self.has_all_begun = true,
                Poll::Pending => return has_moved,
            }
            has_moved = true;
        }
        has_moved
    }

    fn may_begin(&self) -> bool {
        let concurrency = self.parts.options.concurrency;
        self.parts.stop.reason().is_none()
            && !self.has_all_begun
            && self.running.len() + self.starting < concurrency
            && self.ended.len() < concurrency
    }

    /// Records that an item begins, and then begins it.
    fn enter(&mut self, item: QueuedItem<I>) {
        match (&mut self.parts.recorder, &item.key) {
            // That an open item has begun was recorded before.
            (Some(recorder), Some(key)) if item.open_since.is_none() => {
                let (number, key) = (item.number, Arc::clone(key));
                let (state, time) = (RecordedState::Begun, local_time());
                let record = JournalRecord { number, key, state, time };
                recorder.push(record, Recorded::Begun(item));
                self.starting += 1;
            }
            _ => self.spawn(item),
        }
    }

    fn spawn(&mut self, queued: QueuedItem<I>) {
        let Some(runtime) = &self.runtime else { return };
        let QueuedItem { number, key, item, open_since } = queued;
        let (steps, is_open) = (Arc::clone(&self.parts.steps), open_since.is_some());
        let task = async move { steps.run(item, open_since).await }.in_current_span();
        let id = self.running.spawn_on(task, runtime).id();
        self.begun.insert(id, BegunItem { number, key, is_open });
    }

    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
        self.parts.stop.stop(BulkStop::Error);
    }

    fn publish(&mut self) {
        let RunParts { intake, meter, .. } = &mut self.parts;
        let waiting = intake.waiting() + self.starting + self.not_begun.len();
        let unread = intake.unread();
        let waiting =
            unread.map(|unread| unread.saturating_add(u64::try_from(waiting).unwrap_or(u64::MAX)));
        meter.publish(intake.skipped(), intake.held(), self.running.len(), waiting);
    }

    /// Whether nothing runs and nothing will begin.
    fn is_settled(&self) -> bool {
        let is_last = self.has_all_begun || self.parts.stop.reason().is_some();
        let is_recorded = self.parts.recorder.as_ref().is_none_or(Recorder::is_idle);
        is_last && is_recorded && self.running.is_empty() && self.ended.is_empty()
    }

    /// Makes what was recorded safe.
    fn flush(&self) -> Phase {
        match &self.parts.recorder {
            Some(recorder) => Phase::Flushing(recorder.journal().flush()),
            None => Phase::Flushing(Box::pin(async { Ok(()) })),
        }
    }
}

impl<I, T> Stream for BulkRun<'_, I, T>
where
    I: Send + 'static,
    T: Send + 'static,
{
    type Item = Result<BulkItem<T>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match &mut this.phase {
                Phase::Checking => {
                    this.phase = this.check().unwrap_or_else(|error| {
                        this.fail(error);
                        Phase::Over
                    });
                }
                Phase::Loading(state) => {
                    let state = ready!(state.poll_unpin(cx));
                    this.phase = Phase::Running;
                    match state {
                        Ok(state) => {
                            let repeats_refused = this.parts.options.repeats_refused;
                            this.parts.intake.resume(state, repeats_refused);
                        }
                        Err(error) => this.fail(Error::before_sending(error)),
                    }
                }
                Phase::Running => {
                    this.advance(cx);
                    if let Some(item) = this.ended.pop_front() {
                        return Poll::Ready(Some(Ok(item)));
                    }
                    if !this.is_settled() {
                        return Poll::Pending;
                    }
                    this.phase = this.flush();
                }
                Phase::Flushing(flushed) => {
                    if let Err(error) = ready!(flushed.poll_unpin(cx)) {
                        this.fail(Error::before_sending(error));
                    }
                    this.parts.meter.end();
                    this.phase = Phase::Over;
                }
                Phase::Over => return Poll::Ready(this.error.take().map(Err)),
            }
        }
    }
}

impl<I, T> Unpin for BulkRun<'_, I, T> {}

impl<I, T> fmt::Debug for BulkRun<'_, I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkRun")
            .field("options", &self.parts.options)
            .field("progress", self.parts.meter.counts())
            .finish_non_exhaustive()
    }
}

/// Checks what every run needs, and returns the runtime.
pub(crate) fn check(options: &BulkOptions) -> Result<Handle> {
    options.validate().map_err(Error::input)?;
    Handle::try_current()
        .map_err(|error| Error::configuration(format!("a bulk run needs tokio: {error}")))
}

/// Makes the error of an item whose task has no result.
fn lost(error: &JoinError) -> Error {
    Error::after_sending(if error.is_panic() {
        "the item's operation or look-up panicked"
    } else {
        "the runtime was shut down while the item ran"
    })
}
