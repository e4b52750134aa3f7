//! Iterators over all pages of a list and of all their items.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Page, PageRequest, User};
#[cfg(doc)]
use trivore_users::Error;
use trivore_users::{Result, UnreadableRow};

use crate::blocking::Users;
use crate::blocking::runtime::Blocking;

/// An iterator over pages, returned by [`Users::pages`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Pages<T>(pub(super) Blocking<trivore_users::Pages<T>>);

/// An iterator over users, returned by [`Users::items`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Items(pub(super) Blocking<trivore_users::Items>);

impl Users {
    /// Iterates over the pages of a list, from the requested one to the last.
    ///
    /// When a page arrives, the iterator immediately requests the next one. The iterator spawns no
    /// task, so this request makes progress only while you wait for a page. A prefetch that times
    /// out or loses its connection, for example because the iterator was not used, is requested
    /// again first. The iterator ends after the last page or after the first error. To resume later,
    /// keep [`Page::next_request`] of the last page that you received.
    ///
    /// The next page starts after all rows that were received, whether they could be used or not.
    /// The list ends where its total says or, if the service sends no total, with an empty page. A
    /// page that is not the requested one (also of a service that counts from 1), a page that
    /// repeats the rows before it although the list has not grown, and an empty page before the end
    /// are errors ([`Error::is_decode`]): an iterator that ends without an error had all pages.
    ///
    /// One row that cannot be read fails its page; see [`Pages::skip_unreadable`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{Filter, PageRequest};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # for _ in 0..5 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let request = PageRequest::new().count(2).filter(Filter::eq("nsCode", "sandbox"));
    /// let mut pages = users.pages(request);
    /// let mut sizes = Vec::new();
    /// while let Some(page) = pages.next().transpose()? {
    ///     sizes.push(page.resources.len());
    /// }
    ///
    /// assert_eq!(sizes, [2, 2, 1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(&self, request: PageRequest) -> Pages<User> {
        Pages(Blocking::new(&self.runtime, self.inner.pages(request)))
    }

    /// Iterates over all users that match a filter.
    ///
    /// Iterates over the users of all pages, as [`Users::pages`] reads them. The service pages by
    /// position (documented) and has no cursor, so concurrent changes affect the iterator:
    ///
    /// - New users can shift others to the next page, where they are listed again. No user is
    ///   yielded twice while fewer users than a page are created between two requests. Beyond that,
    ///   the iterator remembers the last 2,000 rows, and at least the previous page: a user that is
    ///   listed again within these is not yielded again, one that is listed again later is. A user
    ///   without an identifier is always yielded.
    /// - Deleted users can shift others to a page that was already read; those are missed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{Filter, PageRequest};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # for name in ["maija", "matti", "liisa"] {
    /// #     sandbox.add_user(serde_json::json!({"username": name}))?;
    /// # }
    /// let request = PageRequest::new().count(500).filter(Filter::eq("nsCode", "sandbox"));
    /// let mut items = users.items(request);
    /// let mut names = Vec::new();
    /// while let Some(user) = items.next().transpose()? {
    ///     names.extend(user.username);
    /// }
    ///
    /// assert_eq!(names, ["maija", "matti", "liisa"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(&self, request: PageRequest) -> Items {
        Items(Blocking::new(&self.runtime, self.inner.items(request)))
    }
}

impl<T> Pages<T> {
    /// Skips rows that cannot be read, and reports each of them.
    ///
    /// Otherwise one such row fails its page, and the iterator ends with the error. `report` is
    /// called with the rows of a page before the page is yielded. A row is skipped if it is
    /// not a user: for example a text where a number belongs, a number that does not fit, a
    /// member that occurs twice, half of a surrogate pair, bytes that are not UTF-8. More than
    /// 5,000 rows one after the other of which none can be read are an error.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore::models::{Page, PageRequest};
    /// use trivore::transport::{Body, BoxError, Client};
    /// use trivore::blocking::Users;
    ///
    /// # fn main() -> Result<(), trivore::users::Error> {
    /// let service = tower::service_fn(async |_: Request<Body>| {
    ///     let page = r#"{"totalResults": 2, "resources": [{"id": 7}, {"id": "8"}]}"#;
    ///     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// });
    /// let users = Users::new(Client::new(service))?;
    ///
    /// let pages = users.pages(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!((row.index(), row.error().path()), (0, "resources[0].id"));
    ///     assert_eq!(row.raw_text(), r#"{"id": 7}"#);
    /// });
    /// let pages: Vec<Page<_>> = pages.collect::<Result<_, _>>()?;
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
        Self(self.0.map(|stream| stream.skip_unreadable(report)))
    }
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
    /// use trivore::models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore::transport::{Body, BoxError, Client};
    /// # fn main() -> Result<(), trivore::users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore::blocking::Users::new(Client::new(service))?;
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     println!("user {} cannot be read: {}", row.index(), row.error());
    /// });
    ///
    /// assert_eq!(items.collect::<Result<Vec<_>, _>>()?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_unreadable<F>(self, report: F) -> Self
    where
        F: FnMut(UnreadableRow) + Send + 'static,
    {
        Self(self.0.map(|stream| stream.skip_unreadable(report)))
    }
}

impl<T: Unpin> Iterator for Pages<T> {
    type Item = Result<Page<T>>;

    fn next(&mut self) -> Option<Result<Page<T>>> {
        self.0.next().map(|item| item?)
    }
}

impl Iterator for Items {
    type Item = Result<User>;

    fn next(&mut self) -> Option<Result<User>> {
        self.0.next().map(|item| item?)
    }
}
