//! Streams of all users of a list.

use std::fmt;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::stream::Stream;
use serde::de::DeserializeOwned;
use trivore_models::{Page, PageRequest, Timestamp, User};
use trivore_transport::{Call, Result};

use crate::Users;
use crate::accounts::LIST;
use crate::changed_since::SinceField;
use crate::drift::Drift;
use crate::list_cursor::ListCursor;
use crate::page_progress::RowKey;
use crate::page_rows::{Rows, UnreadableRow};
use crate::pages::{KeyedRows, Pages, ReadPage, Reading};
use crate::row_facts::{Noted, RowFacts};

impl Users {
    /// Streams all users that match a filter.
    ///
    /// Streams the users of all pages, as [`Users::pages`] reads them. The service pages by
    /// position (documented) and has no cursor, so concurrent changes affect the stream:
    ///
    /// - New users can shift others to the next page, where they are listed again. No user is
    ///   yielded twice while fewer users than a page are created between two requests. Beyond that,
    ///   the stream remembers the last 2,000 rows, and at least the previous page: a user that is
    ///   listed again within these is not yielded again, one that is listed again later is. A user
    ///   without an identifier is always yielded.
    /// - Deleted users can shift others to a page that was already read; those are missed.
    ///
    /// [`Items::drift`] tells what the stream noticed of this. [`Items::until_clean`] reads the
    /// list so that no user is missed or yielded twice.
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
    /// # for name in ["maija", "matti", "liisa"] {
    /// #     sandbox.add_user(serde_json::json!({"username": name}))?;
    /// # }
    /// let request = PageRequest::new().count(500).filter(Filter::eq("nsCode", "sandbox"));
    /// let mut items = users.items(request);
    /// let mut names = Vec::new();
    /// while let Some(user) = items.try_next().await? {
    ///     names.extend(user.username);
    /// }
    ///
    /// assert_eq!(names, ["maija", "matti", "liisa"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(&self, request: PageRequest) -> Items {
        Items::new(self.pages(request))
    }

    /// Streams all users that match a filter, each decoded into a type of your own.
    ///
    /// The type names the fields that you need, and others are skipped, which is several times
    /// faster than [`Users::items`]. A field that it names and that has another type is an error,
    /// as for `User`; see [`Items::skip_unreadable`]. The stream reads the identifier of each user
    /// whether the type has it or not, so it behaves as that of [`Users::items`]. Only users
    /// without an identifier differ: more than 5,000 of them one after the other are an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use serde::Deserialize;
    /// use trivore_models::{PageRequest, UserId};
    /// use trivore_users::Items;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// #[derive(Deserialize)]
    /// struct Row {
    ///     id: UserId,
    ///     username: Option<String>,
    /// }
    ///
    /// let mut rows: Items<Row> = users.items_as(PageRequest::new().count(500));
    /// while let Some(Row { id, username }) = rows.try_next().await? {
    ///     println!("{id} {}", username.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items_as<T>(&self, request: PageRequest) -> Items<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let users = self.clone();
        Items::new(Pages::new(&LIST, request, move |request, reading| {
            let users = users.clone();
            Box::pin(async move {
                if reading.since.is_some() {
                    users.noted_rows::<T, true>(&request, reading).await
                } else {
                    users.noted_rows::<T, false>(&request, reading).await
                }
            })
        }))
    }

    async fn noted_rows<T, const TIMES: bool>(
        &self,
        request: &PageRequest,
        reading: Reading,
    ) -> Result<KeyedRows<T>>
    where
        T: DeserializeOwned + Send,
    {
        let call = Call::of(&LIST, &[]);
        let rows: Rows<Noted<T, TIMES>> =
            self.send_paged(call, request, reading.unreadable).await?;
        let (mut keys, mut latest) = (Vec::new(), None);
        let rows = rows.map(|Noted { row, facts: RowFacts { id, created, modified } }| {
            keys.push(id.map_or(RowKey::Unknown, RowKey::Id));
            let time =
                reading.since.and_then(|field| field.millis(created.as_ref(), modified.as_ref()));
            latest = latest.max(time);
            row
        });
        Ok(KeyedRows { rows, keys, latest })
    }
}

/// A stream of users, returned by [`Users::items`] and [`Users::items_as`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T = User> {
    pages: Pages<T>,
    page: Rest<T>,
    /// Whether the end of the stream was returned.
    has_ended: bool,
}

/// What is left of a page.
struct Rest<T> {
    rows: vec::IntoIter<T>,
    /// Indexes of rows that are not yielded, in order.
    withheld: Peekable<vec::IntoIter<usize>>,
    /// Position of the page in the list.
    start: u64,
    keys: Vec<RowKey>,
    /// The last row of the pages before.
    row_before: Option<RowKey>,
}

impl<T> Rest<T> {
    fn new(read: ReadPage<T>, row_before: Option<RowKey>) -> Self {
        let ReadPage { page, start, keys, withheld } = read;
        Self {
            rows: page.resources.into_iter(),
            withheld: withheld.into_iter().peekable(),
            start,
            keys,
            row_before,
        }
    }

    fn nothing() -> Self {
        let (page, keys, withheld) = (Page::default(), Vec::new(), Vec::new());
        Self::new(ReadPage { page, start: 0, keys, withheld }, None)
    }

    /// Returns the index of the next row.
    fn index(&self) -> usize {
        self.keys.len().saturating_sub(self.rows.len())
    }

    fn next(&mut self) -> Option<T> {
        loop {
            let index = self.index();
            let row = self.rows.next()?;
            if self.withheld.next_if_eq(&index).is_none() {
                return Some(row);
            }
        }
    }

    /// Returns the position of the next row, if it is one of this page.
    ///
    /// Rows that were not read take positions, too, so that it may be some rows earlier.
    fn position(&self) -> Option<u64> {
        let next = u64::try_from(self.index()).unwrap_or(u64::MAX);
        (self.rows.len() > 0).then(|| self.start.saturating_add(next))
    }

    /// Returns the row before the next one.
    fn row_before(&self) -> Option<&RowKey> {
        self.index().checked_sub(1).map_or(self.row_before.as_ref(), |last| self.keys.get(last))
    }
}

impl<T: Send + 'static> Items<T> {
    fn new(pages: Pages<T>) -> Self {
        Self { pages, page: Rest::nothing(), has_ended: false }
    }

    /// Skips rows that cannot be read, and reports each of them.
    ///
    /// `report` is called with the rows of a page before the first user of the page is yielded;
    /// see [`Pages::skip_unreadable`].
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     println!("user {} cannot be read: {}", row.index(), row.error());
    /// });
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_unreadable<F>(self, report: F) -> Self
    where
        F: FnMut(UnreadableRow) + Send + 'static,
    {
        Self { pages: self.pages.skip_unreadable(report), ..self }
    }

    /// Requests several pages at a time; see [`Pages::concurrency`].
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
    /// # for _ in 0..4 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let items = users.items(PageRequest::new().count(2)).concurrency(4);
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(self, pages: usize) -> Self {
        Self { pages: self.pages.concurrency(pages), ..self }
    }

    /// Reads the list again until a pass notices no change, in at most this many passes.
    ///
    /// Each user that is in the list all the time is yielded exactly once, also if others are
    /// created and deleted between all pages and no pass is clean. This requires that the service
    /// keeps the users in the same order. At the end, [`drift`](Self::drift) tells whether the
    /// last pass was clean. With one pass, or zero, the list is read once.
    ///
    /// Each page also requests the last user of the page before it, and more of them once users
    /// have shifted. If a page has none of the users that the pass has read, users may be missing
    /// between the two; the stream then reads an earlier page again.
    ///
    /// The stream keeps the identifiers of all users, about 30 bytes for each; other forms than 24
    /// hexadecimal digits take more. A row without an identifier is yielded only by the first
    /// pass, and one that cannot be read is reported by every pass. Apply this before the stream
    /// is polled.
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
    /// # let mut ids = Vec::new();
    /// # for _ in 0..4 {
    /// #     ids.push(trivore_models::UserId::from(sandbox.add_user(serde_json::json!({}))?));
    /// # }
    /// let mut items = users.items(PageRequest::new().count(2)).until_clean(3);
    /// items.try_next().await?;
    /// users.delete(&ids[0]).await?; // shifts the others
    /// let mut count = 1;
    /// while items.try_next().await?.is_some() {
    ///     count += 1;
    /// }
    ///
    /// assert_eq!(count, 5);
    /// assert_eq!((items.drift().passes, items.drift().is_clean()), (2, true));
    /// # Ok(())
    /// # }
    /// ```
    pub fn until_clean(self, max_passes: u32) -> Self {
        Self { pages: self.pages.until_clean(max_passes), ..self }
    }

    /// Continues where an earlier stream stopped; see [`ListCursor`].
    ///
    /// Pass the same request; its page size may differ. The stream also reads the user before the
    /// position, and counts a [gap](Drift::gaps) if that is another one than before: then the list
    /// has shifted meanwhile, so users may be missed or yielded again. If the earlier stream had
    /// noticed changes, this one [is not clean](Drift::is_clean) either. Apply this last, before
    /// the stream is polled.
    ///
    /// With [`until_clean`](Self::until_clean), further passes do not know which users the earlier
    /// stream yielded, and yield them again.
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
    /// # for _ in 0..4 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let request = PageRequest::new().count(2);
    /// let mut items = users.items(request.clone());
    /// items.try_next().await?;
    /// let cursor = items.cursor();
    ///
    /// let rest = users.items(request).resume(&cursor)?;
    /// assert_eq!(rest.try_collect::<Vec<_>>().await?.len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The cursor is of a list with another filter or sort order, or the request is invalid.
    pub fn resume(self, cursor: &ListCursor) -> Result<Self> {
        Ok(Self { pages: self.pages.resume(cursor)?, ..self })
    }

    /// Returns the position after the last user that was yielded, to resume there.
    ///
    /// It can be read at any time, also after an error. Rows that are `null` or were skipped may
    /// put it some rows earlier, so that users are yielded again, but none is lost.
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
    /// let mut items = users.items(PageRequest::new());
    /// items.try_next().await?;
    /// items.try_next().await?;
    ///
    /// assert_eq!(items.cursor().start_index(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> ListCursor {
        self.pages.cursor(self.page.position(), self.page.row_before())
    }

    /// Lists only users that were created since a time; see [`modified_since`](Self::modified_since).
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{PageRequest, Timestamp};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z");
    /// let items = users.items(PageRequest::new()).created_since(&since)?;
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The time is not ISO 8601 with a time zone.
    pub fn created_since(self, since: &Timestamp) -> Result<Self> {
        Ok(Self { pages: self.pages.changed_since(SinceField::Created, since)?, ..self })
    }

    /// Lists only users that were changed since a time, as the next part of an incremental export.
    ///
    /// Store [`next_since`](Self::next_since) when the stream has ended, and pass it the next time:
    /// then no change is missed. The list begins five minutes before `since`, for changes that the
    /// service recorded before it showed them, so users that changed in this time come again.
    /// Compare their identifier and [`last_modified`](trivore_models::Meta::last_modified) with
    /// what you have. Users that were deleted are not listed.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{PageRequest, Timestamp};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_user(serde_json::json!({}))?;
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z"); // from your storage
    /// let mut items = users.items(PageRequest::new()).modified_since(&since)?;
    /// while let Some(user) = items.try_next().await? {
    ///     assert!(user.meta.is_some());
    /// }
    ///
    /// let next = items.next_since().expect("the stream has ended"); // to your storage
    /// assert!(next.as_str() > since.as_str());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The time is not ISO 8601 with a time zone.
    pub fn modified_since(self, since: &Timestamp) -> Result<Self> {
        Ok(Self { pages: self.pages.changed_since(SinceField::Modified, since)?, ..self })
    }

    /// Returns the time from which the next list of changes must list.
    ///
    /// It is `None` until the stream has ended without an error, and without
    /// [`created_since`](Self::created_since) or [`modified_since`](Self::modified_since). It is
    /// taken from the times of the users, less the time since the first request: a time of the
    /// service's clock at which this list had not begun. Without users, it is the time that you
    /// passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::{PageRequest, Timestamp};
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
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z");
    /// let mut items = users.items(PageRequest::new()).created_since(&since)?;
    /// assert_eq!(items.next_since(), None);
    /// while items.try_next().await?.is_some() {}
    ///
    /// assert!(items.next_since().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn next_since(&self) -> Option<Timestamp> {
        self.pages.next_since().filter(|_| self.has_ended)
    }

    /// Returns what the stream noticed of changes of the list so far.
    ///
    /// After the end of the stream, this is about the whole last pass.
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
    /// let mut items = users.items(PageRequest::new().count(2));
    /// while items.try_next().await?.is_some() {
    ///     println!("{:?}", items.drift());
    /// }
    ///
    /// assert!(items.drift().is_clean());
    /// # Ok(())
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.pages.drift()
    }
}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            items.pages.drive(cx);
            if let Some(row) = items.page.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(items.pages.poll_page(cx)) {
                Some(Ok(read)) => {
                    let row_before = items.page.row_before().cloned();
                    items.page = Rest::new(read, row_before);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    items.has_ended = true;
                    return Poll::Ready(None);
                }
            }
        }
    }
}

/// No part of it is pinned.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
