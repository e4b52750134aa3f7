//! Streams of all pages of a list and of all their items.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use trivore_models::{Page, PageRequest, User, UserId};
use trivore_transport::{Error, Result};

use crate::Users;

impl Users {
    /// Streams the pages of a list, from the requested one to the last.
    ///
    /// When a page arrives, the stream immediately requests the next one. The SDK spawns no
    /// task, so this request makes progress only while you poll the stream. The stream ends
    /// after the last page or after the first error. To resume later, keep
    /// [`Page::next_request`] of the last page that you received.
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
        Pages::new(request, move |request| {
            let users = users.clone();
            Box::pin(async move { users.list(&request).await })
        })
    }

    /// Streams all users that match a filter.
    ///
    /// The stream reads the list page by page, as [`Users::pages`] does. The service pages by
    /// position (documented) and has no cursor, so concurrent changes affect the stream. New
    /// users can shift others to the next page; those are not yielded twice, unless more than a
    /// page of users was created between two requests. Deleted users can shift others to a page
    /// that was already read; those are missed.
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
        Items {
            pages: self.pages(request),
            page: Vec::new().into_iter(),
            previous: HashSet::new(),
            current: HashSet::new(),
        }
    }
}

/// A stream of pages, returned by [`Users::pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Box<dyn Fn(PageRequest) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>,
    state: State<T>,
}

enum State<T> {
    Start(PageRequest),
    /// A page that was requested: the one to yield next, or a prefetch.
    Loading {
        request: PageRequest,
        page: BoxFuture<'static, Result<Page<T>>>,
        is_ahead: bool,
    },
    /// A page that has arrived and was not yielded yet.
    Loaded {
        request: PageRequest,
        page: Result<Page<T>>,
    },
    End,
}

impl<T> Pages<T> {
    fn new<F>(request: PageRequest, fetch: F) -> Self
    where
        F: Fn(PageRequest) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync + 'static,
    {
        Self { fetch: Box::new(fetch), state: State::Start(request) }
    }

    fn load(&self, request: PageRequest, is_ahead: bool) -> State<T> {
        let page = (self.fetch)(request.clone());
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

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>>>> {
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
                    if let Ok(page) = &page
                        && let Some(next) = page.next_request(&request)
                    {
                        self.state = self.load(next, true);
                        self.drive(cx);
                    }
                    return Poll::Ready(Some(page));
                }
                State::End => return Poll::Ready(None),
            }
        }
    }
}

impl<T> State<T> {
    /// Requests a page once more if its prefetch timed out or lost its connection.
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
        self.get_mut().poll_page(cx)
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
    /// Identifiers of the previous page and of the current one. They detect users that shift
    /// across a page boundary, with memory for two pages only.
    previous: HashSet<UserId>,
    current: HashSet<UserId>,
}

impl Stream for Items {
    type Item = Result<User>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            items.pages.drive(cx);
            for user in items.page.by_ref() {
                let is_new = user.id.as_ref().is_none_or(|id| {
                    !items.previous.contains(id) && items.current.insert(id.clone())
                });
                if is_new {
                    return Poll::Ready(Some(Ok(user)));
                }
            }
            match ready!(items.pages.poll_page(cx)) {
                Some(Ok(page)) => {
                    items.previous = std::mem::take(&mut items.current);
                    items.page = page.resources.into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
