//! Iterators over all pages of a list.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Page, PageRequest, User};
#[cfg(doc)]
use trivore_users::Error;
use trivore_users::{Drift, Result, UnreadableRow};

use crate::blocking::Users;
use crate::blocking::runtime::Blocking;

/// An iterator over pages, returned by [`Users::pages`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Pages<T>(pub(super) Blocking<trivore_users::Pages<T>>);

impl Users {
    /// Iterates over the pages of a list, from the requested one to the last.
    ///
    /// When a page arrives, the iterator immediately requests the next one. The iterator spawns no
    /// task, so this request makes progress only while you wait for a page. A prefetch that times
    /// out or loses its connection, for example because the iterator was not used, is requested
    /// again first. The iterator ends after the last page or after the first error. To resume later,
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
    /// are errors ([`Error::is_decode`](trivore_transport::Error::is_decode)): an iterator that ends
    /// without an error had all pages.
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
}

impl<T: Send + 'static> Pages<T> {
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
    /// use trivore::models::{Page, PageRequest};
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
    /// let pages = users.pages(PageRequest::new().count(2)).concurrency(4);
    /// let pages: Vec<Page<_>> = pages.collect::<Result<_, _>>()?;
    ///
    /// assert_eq!(pages.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(self, pages: usize) -> Self {
        Self(self.0.map(|stream| stream.concurrency(pages)))
    }

    /// Returns what the iterator noticed of changes of the list so far.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::PageRequest;
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
    /// let mut pages = users.pages(PageRequest::new().count(2));
    /// while pages.next().transpose()?.is_some() {}
    ///
    /// assert!(pages.drift().is_clean());
    /// # Ok(())
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.0.stream.drift()
    }
}

impl<T: Send + 'static> Iterator for Pages<T> {
    type Item = Result<Page<T>>;

    fn next(&mut self) -> Option<Result<Page<T>>> {
        self.0.next().map(|item| item?)
    }
}
