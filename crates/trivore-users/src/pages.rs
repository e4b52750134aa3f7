//! Streams of all pages of a list.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use trivore_models::{Meta, Page, PageRequest, Timestamp, User};
use trivore_transport::{Operation, Result};

use crate::Users;
use crate::accounts::LIST;
use crate::changed_since::{ChangedSince, SinceField};
use crate::drift::Drift;
use crate::list_cursor::{ListCursor, row_check};
use crate::list_passes::{PageOutcome, Passes};
use crate::page_lengths::PageLengths;
use crate::page_progress::{Judgment, Progress, RowKey};
use crate::page_queue::{Arrived, PageQueue};
use crate::page_rows::{Rows, Unreadable, UnreadableRow};
use crate::page_size::PageSize;
use crate::row_id::RowId;

impl Users {
    /// Streams the pages of a list, from the requested one to the last.
    ///
    /// When a page arrives, the stream immediately requests the next one. The stream spawns no
    /// task, so this request makes progress only while you poll the stream. A prefetch that times
    /// out or loses its connection, for example because the stream was not polled, is requested
    /// again first. The stream ends after the last page or after the first error. To resume later,
    /// keep [`Page::next_request`] of the last page that you received.
    ///
    /// If a page times out, is too large, or fails with 413, 500, 502 or 504 after all retries, it
    /// is requested again with half as many rows, down to one (after timeouts, down to a
    /// sixteenth); later pages grow again slowly. No row is lost or repeated because of it.
    ///
    /// The next page starts after all rows that were received, whether they could be used or not.
    /// The list ends where its total says or, if the service sends no total, with an empty page. A
    /// page that is not the requested one (also of a service that counts from 1), a page that
    /// repeats the rows before it although the list has not grown, and an empty page before the end
    /// are errors ([`Error::is_decode`](trivore_transport::Error::is_decode)): a stream that ends
    /// without an error had all pages.
    ///
    /// One row that cannot be read fails its page; see [`Pages::skip_unreadable`].
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{Filter, PageRequest};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # for _ in 0..5 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let request = PageRequest::new().count(2).filter(Filter::eq("nsCode", "sandbox"));
    /// let mut pages = users.pages(request);
    /// let mut sizes = Vec::new();
    /// while let Some(page) = pages.try_next().await? {
    ///     sizes.push(page.resources.len());
    /// }
    ///
    /// assert_eq!(sizes, [2, 2, 1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(&self, request: PageRequest) -> Pages<User> {
        let users = self.clone();
        Pages::new(&LIST, request, move |request, reading| {
            let users = users.clone();
            Box::pin(async move {
                let rows = users.list_rows(&request, reading.unreadable).await?;
                let keys = rows.page.iter().map(key).collect();
                let latest = reading.since.and_then(|field| {
                    let metas = rows.page.iter().filter_map(|user| user.meta.as_ref());
                    let time = |meta: &Meta| {
                        field.millis(meta.created.as_ref(), meta.last_modified.as_ref())
                    };
                    metas.filter_map(time).max()
                });
                Ok(KeyedRows { rows, keys, latest })
            })
        })
    }
}

fn key(user: &User) -> RowKey {
    match &user.id {
        Some(id) => RowKey::Id(RowId::new(id.as_str())),
        None => RowKey::Content(serde_json::to_string(user).unwrap_or_default()),
    }
}

/// A page with what distinguishes its rows.
pub(crate) struct KeyedRows<T> {
    pub(crate) rows: Rows<T>,
    pub(crate) keys: Vec<RowKey>,
    /// The latest time of its rows, in milliseconds since 1970, if it matters.
    pub(crate) latest: Option<i64>,
}

/// How to read a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) unreadable: Unreadable,
    /// Which times of its rows matter.
    pub(crate) since: Option<SinceField>,
}

type Fetch<T> = dyn Fn(PageRequest, Reading) -> Fetched<T> + Send + Sync;
pub(crate) type Fetched<T> = BoxFuture<'static, Result<KeyedRows<T>>>;
type Report = dyn FnMut(UnreadableRow) + Send;

/// A stream of pages, returned by [`Users::pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    operation: &'static Operation,
    fetch: Box<Fetch<T>>,
    report: Option<Box<Report>>,
    request: PageRequest,
    size: PageSize,
    /// How many pages are requested at a time.
    concurrency: usize,
    queue: PageQueue<KeyedRows<T>>,
    /// The position after the last page; `None` at the end.
    next: Option<u64>,
    /// The same, but still known at the end, and after an error.
    position: u64,
    /// A check value of the row before the position, after an earlier stream.
    row_before: Option<u16>,
    progress: Progress,
    passes: Option<Passes>,
    lengths: PageLengths,
    drift: Drift,
    since: Option<ChangedSince>,
    has_failed: bool,
}

/// A page, and what follows from it.
pub(crate) struct ReadPage<T> {
    pub(crate) page: Page<T>,
    pub(crate) start: u64,
    pub(crate) keys: Vec<RowKey>,
    /// Indexes of the rows that were given before.
    pub(crate) withheld: Vec<usize>,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new<F>(operation: &'static Operation, request: PageRequest, fetch: F) -> Self
    where
        F: Fn(PageRequest, Reading) -> Fetched<T> + Send + Sync + 'static,
    {
        Self {
            operation,
            fetch: Box::new(fetch),
            report: None,
            size: PageSize::new(request.count),
            concurrency: 1,
            queue: PageQueue::new(),
            next: Some(request.start_index),
            position: request.start_index,
            row_before: None,
            request,
            progress: Progress::new(),
            passes: None,
            lengths: PageLengths::default(),
            drift: Drift { passes: 1, ..Drift::default() },
            since: None,
            has_failed: false,
        }
    }

    /// Skips rows that cannot be read, and reports each of them.
    ///
    /// Otherwise one such row fails its page, and the stream ends with the error. `report` is
    /// called with the rows of a page before the page is yielded. A row is skipped if it is
    /// not a user: for example a text where a number belongs, a number that does not fit, a
    /// member that occurs twice, half of a surrogate pair, bytes that are not UTF-8. More than
    /// 5,000 rows one after the other of which none can be read are an error.
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use http::{Request, Response};
    /// use trivore_models::{Page, PageRequest};
    /// use trivore_transport::{Body, BoxError, Client};
    /// use trivore_users::Users;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// let service = tower::service_fn(async |_: Request<Body>| {
    ///     let page = r#"{"totalResults": 2, "resources": [{"id": 7}, {"id": "8"}]}"#;
    ///     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// });
    /// let users = Users::new(Client::new(service));
    ///
    /// let pages = users.pages(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!((row.index(), row.error().path()), (0, "resources[0].id"));
    ///     assert_eq!(row.raw_text(), r#"{"id": 7}"#);
    /// });
    /// let pages: Vec<Page<_>> = pages.try_collect().await?;
    ///
    /// assert_eq!(pages[0].resources[0].id, Some("8".into()));
    /// assert_eq!(pages[0].received(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_unreadable<F>(self, report: F) -> Self
    where
        F: FnMut(UnreadableRow) + Send + 'static,
    {
        Self { report: Some(Box::new(report)), ..self }
    }

    /// Requests several pages at a time.
    ///
    /// By default, one page is requested while you work on the one before it. With more, the
    /// stream is faster if the service takes long for each page. Pages still come in order, and at
    /// most `pages` of them are held in memory. After a page that did not have the number of rows
    /// that was expected, those after it are requested again. Zero counts as one.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{Page, PageRequest};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # for _ in 0..5 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let pages = users.pages(PageRequest::new().count(2)).concurrency(4);
    /// let pages: Vec<Page<_>> = pages.try_collect().await?;
    ///
    /// assert_eq!(pages.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(self, pages: usize) -> Self {
        Self { concurrency: pages.max(1), ..self }
    }

    /// Returns what the stream noticed of changes of the list so far.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # for _ in 0..5 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let mut pages = users.pages(PageRequest::new().count(2));
    /// while pages.try_next().await?.is_some() {}
    ///
    /// assert!(pages.drift().is_clean());
    /// # Ok(())
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.drift
    }

    /// Makes further passes until one notices no change.
    pub(crate) fn until_clean(mut self, most: u32) -> Self {
        let mut passes = Passes::new(most, self.request.start_index);
        passes.begin_at(self.position);
        self.passes = Some(passes);
        self
    }

    /// Continues where a cursor says.
    pub(crate) fn resume(mut self, cursor: &ListCursor) -> Result<Self> {
        cursor.check(&self.request)?;
        self.position = cursor.start_index().max(self.request.start_index);
        self.next = Some(self.position);
        self.row_before = cursor.row_before().filter(|_| self.position > self.request.start_index);
        self.lengths.continue_from(cursor.total_results());
        self.drift.changed_before = cursor.has_changed();
        if let Some(passes) = &mut self.passes {
            passes.begin_at(self.position);
        }
        if let Some(since) = &mut self.since {
            since.resume(cursor.since());
        }
        Ok(self)
    }

    /// Lists only what changed since a time.
    pub(crate) fn changed_since(mut self, field: SinceField, since: &Timestamp) -> Result<Self> {
        let since = ChangedSince::new(field, since)?;
        let filter = match self.request.filter.take() {
            Some(filter) => filter.and(since.filter()),
            None => since.filter(),
        };
        self.request = self.request.filter(filter);
        self.since = Some(since);
        Ok(self)
    }

    /// Returns the time from which the next list must list, once this one has ended.
    pub(crate) fn next_since(&self) -> Option<Timestamp> {
        let is_complete = self.next.is_none() && !self.has_failed;
        self.since.as_ref().filter(|_| is_complete).map(ChangedSince::next)
    }

    /// Returns the cursor of a position, or of the next page.
    pub(crate) fn cursor(&self, position: Option<u64>, row_before: Option<&RowKey>) -> ListCursor {
        let position = position.unwrap_or(self.position);
        let next_since = self.since.as_ref().map(ChangedSince::next);
        let total = self.lengths.total();
        let has_changed = !self.drift.is_clean();
        ListCursor::new(&self.request, position, total, row_before, next_since, has_changed)
    }

    /// Returns the request for the page that continues the list at a position.
    fn request_at(&self, position: u64) -> PageRequest {
        let wanted = self.size.current();
        let (start, count) = match &self.passes {
            Some(passes) => passes.window(position, wanted, self.size.is_reduced()),
            None if self.row_before.is_some() => {
                // With the row before, which shows whether the list has shifted.
                let count = wanted.saturating_add(u32::from(wanted < PageRequest::MAX_COUNT));
                (position.saturating_sub(1), count)
            }
            None => (position, wanted),
        };
        self.request.clone().start_index(start).count(count)
    }

    fn push(&mut self, request: PageRequest, is_ahead: bool) {
        if let Some(since) = &mut self.since {
            since.begin();
        }
        let is_lenient = self.report.is_some();
        let unreadable = if is_lenient { Unreadable::IsSetApart } else { Unreadable::Fails };
        let reading = Reading { unreadable, since: self.since.as_ref().map(ChangedSince::field) };
        let page = (self.fetch)(request.clone(), reading);
        self.queue.push(request, is_ahead, page);
    }

    /// Requests the page at a position, and those after it as far as they are allowed.
    fn request_pages(&mut self, position: u64, is_ahead: bool) {
        let request = self.request_at(position);
        if self.queue.first() != Some(&request) {
            self.queue.clear();
            self.push(request, is_ahead);
        }
        while self.queue.len() < self.concurrency
            && let Some(last) = self.queue.last()
        {
            let after = last.start_index.saturating_add(self.lengths.expected(last.count));
            if !self.lengths.may_reach(after) {
                return;
            }
            self.push(self.request_at(after), true);
        }
    }

    /// Polls pages that were requested ahead, without waiting for them.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        self.queue.drive(cx);
    }

    pub(crate) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ReadPage<T>>>> {
        loop {
            let Some(position) = self.next else { return Poll::Ready(None) };
            if self.queue.len() == 0 {
                self.request_pages(position, false);
            }
            let Arrived { request, is_ahead, page } = ready!(self.queue.poll_first(cx));
            let read = match page {
                Ok(rows) => self.judge(&request, rows),
                // The cause may be that the stream was not polled in time.
                Err(error) if is_ahead && (error.is_timeout() || error.is_connection()) => {
                    self.queue.clear();
                    continue;
                }
                Err(error) if self.size.reduce(&error) => {
                    self.queue.clear();
                    continue;
                }
                Err(error) => Err(error),
            };
            if read.is_err() {
                self.has_failed = true;
                self.next = None;
            }
            if let Some(next) = self.next {
                self.request_pages(next, true);
                self.queue.drive(cx);
            } else {
                self.queue.clear();
            }
            return Poll::Ready(Some(read));
        }
    }

    fn judge(&mut self, request: &PageRequest, keyed: KeyedRows<T>) -> Result<ReadPage<T>> {
        let KeyedRows { rows: Rows { page, unreadable }, keys, latest } = keyed;
        if let Some(report) = &mut self.report {
            let position = self.passes.as_ref().map_or(0, Passes::position);
            unreadable.into_iter().filter(|row| row.index() >= position).for_each(report);
        }
        self.size.note_arrival();
        if let Some(since) = &mut self.since {
            since.note(latest);
        }
        let is_continued = self.continues_earlier_stream(&keys);
        self.lengths.note(request, &page, self.position, &mut self.drift);
        let outcome = match &mut self.passes {
            Some(passes) => passes.judge(request, &page, &keys, &mut self.drift),
            None => self.progress.judge(request, &page, &keys).map(|judgment| {
                let Judgment { next, repeated: withheld } = judgment;
                self.drift.repeated_rows += u64::try_from(withheld.len()).unwrap_or(u64::MAX);
                PageOutcome { next: next.map(|next| next.start_index), withheld }
            }),
        };
        let PageOutcome { next, mut withheld } =
            outcome.map_err(|error| error.into_error(self.operation))?;
        if is_continued && !withheld.contains(&0) {
            withheld.insert(0, 0);
        }
        self.next = next;
        self.position = next.unwrap_or_else(|| request.start_index.saturating_add(page.received()));
        Ok(ReadPage { page, start: request.start_index, keys, withheld })
    }
}

impl<T: Send + 'static> Pages<T> {
    /// Whether the first row of the first page is the last one that an earlier stream gave.
    fn continues_earlier_stream(&mut self, keys: &[RowKey]) -> bool {
        let Some(row_before) = self.row_before.take() else { return false };
        let first = keys.first();
        let is_continued = first.and_then(row_check) == Some(row_before);
        if !is_continued {
            self.drift.gaps += 1;
        } else if let (Some(passes), Some(first)) = (&mut self.passes, first) {
            passes.note_given(first);
        }
        is_continued
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let read = ready!(self.get_mut().poll_page(cx));
        Poll::Ready(read.map(|read| read.map(|ReadPage { page, .. }| page)))
    }
}

/// No part of it is pinned.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("next_start_index", &self.next)
            .field("drift", &self.drift)
            .finish_non_exhaustive()
    }
}
