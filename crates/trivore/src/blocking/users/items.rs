//! Iterators over all users of a list.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use serde::de::DeserializeOwned;
use trivore_models::{PageRequest, Timestamp, User};
use trivore_users::{Drift, ListCursor, Result, UnreadableRow};

#[cfg(doc)]
use crate::blocking::Pages;
use crate::blocking::Users;
use crate::blocking::runtime::Blocking;

/// An iterator over users, returned by [`Users::items`] and [`Users::items_as`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Items<T = User>(pub(super) Blocking<trivore_users::Items<T>>);

impl Users {
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
    /// [`Items::drift`] tells what the iterator noticed of this. [`Items::until_clean`] reads the
    /// list so that no user is missed or yielded twice.
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

    /// Iterates over all users that match a filter, each decoded into a type of your own.
    ///
    /// The type names the fields that you need, and others are skipped, which is several times
    /// faster than [`Users::items`]. A field that it names and that has another type is an error,
    /// as for `User`; see [`Items::skip_unreadable`]. The iterator reads the identifier of each user
    /// whether the type has it or not, so it behaves as that of [`Users::items`]. Only users
    /// without an identifier differ: more than 5,000 of them one after the other are an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde::Deserialize;
    /// use trivore::models::{PageRequest, UserId};
    /// use trivore::blocking::Items;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// #[derive(Deserialize)]
    /// struct Row {
    ///     id: UserId,
    ///     username: Option<String>,
    /// }
    ///
    /// let mut rows: Items<Row> = users.items_as(PageRequest::new().count(500));
    /// while let Some(Row { id, username }) = rows.next().transpose()? {
    ///     println!("{id} {}", username.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items_as<T>(&self, request: PageRequest) -> Items<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        Items(Blocking::new(&self.runtime, self.inner.items_as(request)))
    }
}

impl<T: Send + 'static> Items<T> {
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

    /// Requests several pages at a time; see [`Pages::concurrency`].
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
    /// # for _ in 0..4 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let items = users.items(PageRequest::new().count(2)).concurrency(4);
    ///
    /// assert_eq!(items.collect::<Result<Vec<_>, _>>()?.len(), 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(self, pages: usize) -> Self {
        Self(self.0.map(|stream| stream.concurrency(pages)))
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
    /// between the two; the iterator then reads an earlier page again.
    ///
    /// The iterator keeps the identifiers of all users, about 30 bytes for each; other forms than 24
    /// hexadecimal digits take more. A row without an identifier is yielded only by the first
    /// pass, and one that cannot be read is reported by every pass. Apply this before the iterator
    /// is polled.
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
    /// # let mut ids = Vec::new();
    /// # for _ in 0..4 {
    /// #     ids.push(trivore::models::UserId::from(sandbox.add_user(serde_json::json!({}))?));
    /// # }
    /// let mut items = users.items(PageRequest::new().count(2)).until_clean(3);
    /// items.next().transpose()?;
    /// users.delete(&ids[0])?; // shifts the others
    /// let mut count = 1;
    /// while items.next().transpose()?.is_some() {
    ///     count += 1;
    /// }
    ///
    /// assert_eq!(count, 5);
    /// assert_eq!((items.drift().passes, items.drift().is_clean()), (2, true));
    /// # Ok(())
    /// # }
    /// ```
    pub fn until_clean(self, max_passes: u32) -> Self {
        Self(self.0.map(|stream| stream.until_clean(max_passes)))
    }

    /// Continues where an earlier stream stopped; see [`ListCursor`].
    ///
    /// Pass the same request; its page size may differ. The iterator also reads the user before the
    /// position, and counts a [gap](Drift::gaps) if that is another one than before: then the list
    /// has shifted meanwhile, so users may be missed or yielded again. If the earlier stream had
    /// noticed changes, this one [is not clean](Drift::is_clean) either. Apply this last, before
    /// the iterator is polled.
    ///
    /// With [`until_clean`](Self::until_clean), further passes do not know which users the earlier
    /// stream yielded, and yield them again.
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
    /// # for _ in 0..4 {
    /// #     sandbox.add_user(serde_json::json!({}))?;
    /// # }
    /// let request = PageRequest::new().count(2);
    /// let mut items = users.items(request.clone());
    /// items.next().transpose()?;
    /// let cursor = items.cursor();
    ///
    /// let rest = users.items(request).resume(&cursor)?;
    /// assert_eq!(rest.collect::<Result<Vec<_>, _>>()?.len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The cursor is of a list with another filter or sort order, or the request is invalid.
    pub fn resume(self, cursor: &ListCursor) -> Result<Self> {
        self.0.try_map(|stream| stream.resume(cursor)).map(Self)
    }

    /// Returns the position after the last user that was yielded, to resume there.
    ///
    /// It can be read at any time, also after an error. Rows that are `null` or were skipped may
    /// put it some rows earlier, so that users are yielded again, but none is lost.
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
    /// let mut items = users.items(PageRequest::new());
    /// items.next().transpose()?;
    /// items.next().transpose()?;
    ///
    /// assert_eq!(items.cursor().start_index(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> ListCursor {
        self.0.stream.cursor()
    }

    /// Lists only users that were created since a time; see [`modified_since`](Self::modified_since).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{PageRequest, Timestamp};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z");
    /// let items = users.items(PageRequest::new()).created_since(&since)?;
    ///
    /// assert_eq!(items.collect::<Result<Vec<_>, _>>()?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The time is not ISO 8601 with a time zone.
    pub fn created_since(self, since: &Timestamp) -> Result<Self> {
        self.0.try_map(|stream| stream.created_since(since)).map(Self)
    }

    /// Lists only users that were changed since a time, as the next part of an incremental export.
    ///
    /// Store [`next_since`](Self::next_since) when the iterator has ended, and pass it the next time:
    /// then no change is missed. The list begins five minutes before `since`, for changes that the
    /// service recorded before it showed them, so users that changed in this time come again.
    /// Compare their identifier and [`last_modified`](trivore_models::Meta::last_modified) with
    /// what you have. Users that were deleted are not listed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{PageRequest, Timestamp};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # sandbox.add_user(serde_json::json!({}))?;
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z"); // from your storage
    /// let mut items = users.items(PageRequest::new()).modified_since(&since)?;
    /// while let Some(user) = items.next().transpose()? {
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
        self.0.try_map(|stream| stream.modified_since(since)).map(Self)
    }

    /// Returns the time from which the next list of changes must list.
    ///
    /// It is `None` until the iterator has ended without an error, and without
    /// [`created_since`](Self::created_since) or [`modified_since`](Self::modified_since). It is
    /// taken from the times of the users, less the time since the first request: a time of the
    /// service's clock at which this list had not begun. Without users, it is the time that you
    /// passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{PageRequest, Timestamp};
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
    /// let since = Timestamp::from("2020-01-01T00:00:00.000Z");
    /// let mut items = users.items(PageRequest::new()).created_since(&since)?;
    /// assert_eq!(items.next_since(), None);
    /// while items.next().transpose()?.is_some() {}
    ///
    /// assert!(items.next_since().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn next_since(&self) -> Option<Timestamp> {
        self.0.stream.next_since()
    }

    /// Returns what the iterator noticed of changes of the list so far.
    ///
    /// After the end of the iterator, this is about the whole last pass.
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
    /// let mut items = users.items(PageRequest::new().count(2));
    /// while items.next().transpose()?.is_some() {
    ///     println!("{:?}", items.drift());
    /// }
    ///
    /// assert!(items.drift().is_clean());
    /// # Ok(())
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.0.stream.drift()
    }
}

impl<T: Send + 'static> Iterator for Items<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        self.0.next().map(|item| item?)
    }
}
