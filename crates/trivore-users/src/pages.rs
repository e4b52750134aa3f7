//! Streams of all pages of a list and of all their items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use trivore_models::{Page, PageRequest, User};
use trivore_transport::{Error, Operation, Result};

use crate::Users;
use crate::accounts::LIST;
use crate::page_progress::{Judgment, Progress, RowKey};
use crate::page_rows::{Rows, Unreadable, UnreadableRow};

impl Users {
    /// Streams the pages of a list, from the requested one to the last.
    ///
    /// When a page arrives, the stream immediately requests the next one. The stream spawns no
    /// task, so this request makes progress only while you poll the stream. A prefetch that times
    /// out or loses its connection, for example because the stream was not polled, is requested
    /// again first. The stream ends after the last page or after the first error. To resume later,
    /// keep [`Page::next_request`] of the last page that you received.
    ///
    /// The next page starts after all rows that were received, whether they could be used or not.
    /// The list ends where its total says or, if the service sends no total, with an empty page. A
    /// page that is not the requested one (also of a service that counts from 1), a page that
    /// repeats the rows before it although the list has not grown, and an empty page before the end
    /// are errors ([`Error::is_decode`]): a stream that ends without an error had all pages.
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
        Pages::new(&LIST, request, key, move |request, rule| {
            let users = users.clone();
            Box::pin(async move { users.list_rows(&request, rule).await })
        })
    }

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
        Items { pages: self.pages(request), page: Vec::new().into_iter() }
    }
}

fn key(user: &User) -> RowKey {
    match &user.id {
        Some(id) => RowKey::Id(id.as_str().to_owned()),
        None => RowKey::Content(serde_json::to_string(user).unwrap_or_default()),
    }
}

type Fetch<T> = dyn Fn(PageRequest, Unreadable) -> Fetched<T> + Send + Sync;
type Fetched<T> = BoxFuture<'static, Result<Rows<T>>>;
type Report = dyn FnMut(UnreadableRow) + Send;

/// A stream of pages, returned by [`Users::pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    operation: &'static Operation,
    fetch: Box<Fetch<T>>,
    report: Option<Box<Report>>,
    progress: Progress<T>,
    state: State<T>,
}

enum State<T> {
    Start(PageRequest),
    /// A page that was requested: the one to yield next, or a prefetch.
    Loading {
        request: PageRequest,
        page: Fetched<T>,
        is_ahead: bool,
    },
    /// A page that has arrived and was not yielded yet.
    Loaded {
        request: PageRequest,
        page: Result<Rows<T>>,
    },
    End,
}

impl<T> Pages<T> {
    fn new<F>(
        operation: &'static Operation,
        request: PageRequest,
        key: fn(&T) -> RowKey,
        fetch: F,
    ) -> Self
    where
        F: Fn(PageRequest, Unreadable) -> Fetched<T> + Send + Sync + 'static,
    {
        Self {
            operation,
            fetch: Box::new(fetch),
            report: None,
            progress: Progress::new(key),
            state: State::Start(request),
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

    fn load(&self, request: PageRequest, is_ahead: bool) -> State<T> {
        let rule = if self.report.is_some() { Unreadable::IsSetApart } else { Unreadable::Fails };
        let page = (self.fetch)(request.clone(), rule);
        State::Loading { request, page, is_ahead }
    }

    /// Polls a prefetch without waiting for it.
    fn drive(&mut self, cx: &mut Context<'_>) {
        let State::Loading { request, page, is_ahead: true } = &mut self.state else { return };
        if let Poll::Ready(page) = page.as_mut().poll(cx) {
            self.state = match page {
                Ok(page) => State::Loaded { request: request.clone(), page: Ok(page) },
                Err(error) => State::once_more(request.clone(), error),
            };
        }
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Judged<T>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::Start(request) => self.state = self.load(request, false),
                State::Loading { request, mut page, is_ahead } => match page.as_mut().poll(cx) {
                    Poll::Pending => {
                        self.state = State::Loading { request, page, is_ahead };
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) if is_ahead => {
                        self.state = State::once_more(request, error);
                    }
                    Poll::Ready(page) => self.state = State::Loaded { request, page },
                },
                State::Loaded { request, page } => {
                    let judged = page.and_then(|rows| self.judge(&request, rows));
                    if let Ok(Judged { next: Some(next), .. }) = &judged {
                        self.state = self.load(next.clone(), true);
                        self.drive(cx);
                    }
                    return Poll::Ready(Some(judged));
                }
                State::End => return Poll::Ready(None),
            }
        }
    }

    fn judge(&mut self, request: &PageRequest, rows: Rows<T>) -> Result<Judged<T>> {
        let Rows { page, unreadable } = rows;
        if let Some(report) = &mut self.report {
            unreadable.into_iter().for_each(report);
        }
        let judgment = self.progress.judge(request, &page);
        let Judgment { next, repeated } =
            judgment.map_err(|error| error.into_error(self.operation))?;
        Ok(Judged { page, next, repeated })
    }
}

/// A page, and what follows from it.
struct Judged<T> {
    page: Page<T>,
    next: Option<PageRequest>,
    repeated: Vec<usize>,
}

impl<T> State<T> {
    /// Requests a page again if its prefetch timed out or lost its connection.
    ///
    /// The cause may be that the stream was not polled in time, and reading is safe to repeat.
    fn once_more(request: PageRequest, error: Error) -> Self {
        if error.is_timeout() || error.is_connection() {
            Self::Start(request)
        } else {
            Self::Loaded { request, page: Err(error) }
        }
    }
}

impl<T: Unpin> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let judged = ready!(self.get_mut().poll_page(cx));
        Poll::Ready(judged.map(|judged| judged.map(|Judged { page, .. }| page)))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = match &self.state {
            State::Start(request)
            | State::Loading { request, .. }
            | State::Loaded { request, .. } => Some(request.start_index),
            State::End => None,
        };
        f.debug_struct("Pages").field("next_start_index", &next).finish_non_exhaustive()
    }
}

/// A stream of users, returned by [`Users::items`].
#[derive(Debug)]
#[must_use = "a stream does nothing until it is polled"]
pub struct Items {
    pages: Pages<User>,
    page: std::vec::IntoIter<User>,
}

impl Items {
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
}

impl Stream for Items {
    type Item = Result<User>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            items.pages.drive(cx);
            if let Some(user) = items.page.next() {
                return Poll::Ready(Some(Ok(user)));
            }
            match ready!(items.pages.poll_page(cx)) {
                Some(Ok(Judged { page, repeated, .. })) => {
                    items.page = without(page.resources, &repeated).into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Removes elements by their indexes, which are sorted.
fn without<T>(mut elements: Vec<T>, indexes: &[usize]) -> Vec<T> {
    let (mut index, mut removed) = (0, indexes.iter().peekable());
    if !indexes.is_empty() {
        elements.retain(|_| {
            let is_removed = removed.next_if(|removed| **removed == index).is_some();
            index += 1;
            !is_removed
        });
    }
    elements
}
