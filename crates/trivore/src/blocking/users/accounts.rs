//! Accounts: list, create, read, change and delete.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Changes, Page, PageRequest, Password, User, UserId};
use trivore_transport::{BoxError, CheckReport};
use trivore_users::{CreatedUser, Result};
#[cfg(doc)]
use trivore_users::{Error, PasswordGenerator};

use crate::blocking::Users;

impl Users {
    /// Reads one page of the users that match a filter.
    ///
    /// To read all pages, use [`Users::pages`] or [`Users::items`].
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
    /// # sandbox.add_user(serde_json::json!({"username": "maija", "locale": "fi"}))?;
    /// let finnish = Filter::eq("nsCode", "sandbox").and(Filter::eq("locale", "fi"));
    /// let page = users.list(&PageRequest::new().count(50).filter(finnish))?;
    ///
    /// assert_eq!(page.total_results, Some(1));
    /// assert_eq!(page.resources[0].username.as_deref(), Some("maija"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The request asks for more than 500 users or has an invalid filter; the client
    /// lacks the permission `ACCOUNT_VIEW` (documented).
    pub fn list(&self, request: &PageRequest) -> Result<Page<User>> {
        self.runtime.run(self.inner.list(request))
    }

    /// Checks step by step whether the service can be used, and reports what to do if it cannot.
    ///
    /// It checks the name, the address, TLS, the clock, the credentials, the permission
    /// `ACCOUNT_VIEW` and the API, by a connection of its own and by reading one user. See
    /// [`Client::check`](trivore_transport::Client::check).
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let report = users.check()?;
    ///
    /// println!("{report}");
    /// assert!(report.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn check(&self) -> Result<CheckReport> {
        self.runtime.block_on(self.inner.check())
    }

    /// Creates a user, with a generated password unless you set one.
    ///
    /// A user without `namespace_code` is created in the client's primary namespace (documented).
    /// [Read-only fields](User::READ_ONLY_FIELDS) are never sent.
    ///
    /// A generated password has 15 random characters. If the namespace requires more, generate
    /// one with [`PasswordGenerator`] and set it. A generated password is lost if the call fails;
    /// if you need to recover after [`Error::may_have_been_applied`], set the password yourself.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{EmailAddress, User};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.emails = Some(vec![EmailAddress::new("maija@example.com").tag("work")]);
    /// let created = users.create(&user)?;
    ///
    /// assert!(created.user.id.is_some());
    /// assert_eq!(created.password.expose().len(), 15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A call is not retried if the server may have created the user. [`Users::create_once`] looks
    /// the user up in this case, and creates it again if it is not there.
    ///
    /// # Errors
    ///
    /// The username is taken, or the namespace's rules reject the user or the password; the user is
    /// not [valid](User::validate), has `email`, which is read-only, without `emails`, has only
    /// read-only fields, or has its username or password in `extra`.
    pub fn create(&self, user: &User) -> Result<CreatedUser> {
        self.runtime.run(self.inner.create(user))
    }

    /// Creates a user after its generated password was kept.
    ///
    /// `keep` gets the password before the request is sent. So there is never an account whose
    /// password nobody has, even if the process ends while the request is under way. If `keep`
    /// fails, nothing is sent. It is not called if you set a password.
    ///
    /// If the outcome is unknown and you call it again, `keep` gets another password. Keep both:
    /// if the first request was applied after all, the second one fails, and the account has the
    /// first password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::User;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let (sender, mut letters) = tokio::sync::mpsc::unbounded_channel();
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// let created = users
    ///     .create_keeping_password(&user, |password| async move { sender.send(password) })?;
    ///
    /// assert_eq!(letters.try_recv()?, created.password);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `keep` fails; [`Error::get_ref`] returns its error. Otherwise, those of
    /// [`create`](Self::create).
    pub fn create_keeping_password<K, E>(
        &self,
        user: &User,
        keep: impl FnOnce(Password) -> K,
    ) -> Result<CreatedUser>
    where
        K: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        self.runtime.run(self.inner.create_keeping_password(user, keep))
    }

    /// Reads a user.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let user = users.get(&id)?;
    /// assert_eq!(user.username.as_deref(), Some("maija"));
    ///
    /// let error = users.get(&"5b0cfba4e2bb230ff8b535e6".into()).unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn get(&self, user: &UserId) -> Result<User> {
        self.runtime.run(self.inner.get(user))
    }

    /// Writes the fields of a user that are set, and leaves the others unchanged.
    ///
    /// Use it if you know the new values: it does not read the user first, and cannot clear a
    /// field. To edit a user, use [`Users::modify`].
    ///
    /// A field that is `None` is not sent, and the service keeps its value (inferred from
    /// production use; the service itself calls the operation "replace"). A list that is sent
    /// replaces the whole list (documented). [Read-only fields](User::READ_ONLY_FIELDS) are left
    /// out. To clear a field, use [`Users::modify`] or [`Users::apply`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::User;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"nickName": "Maikki"}))?.into();
    /// let mut changed = User::new();
    /// changed.locale = Some("fi".to_owned());
    /// let user = users.update(&id, &changed)?;
    ///
    /// assert_eq!(user.locale.as_deref(), Some("fi"));
    /// assert_eq!(user.nick_name.as_deref(), Some("Maikki")); // not sent, so unchanged
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `changed` has a password (use [`Users::change_password`]), `email` without `emails`, or only
    /// read-only fields, or is not [valid](User::validate); no user has this identifier; the
    /// namespace's rules reject a value.
    pub fn update(&self, user: &UserId, changed: &User) -> Result<User> {
        self.runtime.run(self.inner.update(user, changed))
    }

    /// Writes only the given fields of a user, and clears those given as `null`.
    ///
    /// That `null` clears a field is inferred.
    ///
    /// The stored user is not read, so what the changes contain must be within the documented
    /// limits. To repair a stored user that exceeds one, use [`Users::modify`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::Changes;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"nickName": "Maikki"}))?.into();
    /// let changes = Changes::new().set("locale", "fi")?.clear("nickName");
    /// let user = users.apply(&id, &changes)?;
    ///
    /// assert_eq!(user.locale.as_deref(), Some("fi"));
    /// assert_eq!(user.nick_name, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the namespace's rules reject a value; the changes are not
    /// [valid](Changes::validate), or include a password (use [`Users::change_password`]).
    pub fn apply(&self, user: &UserId, changes: &Changes) -> Result<User> {
        self.runtime.run(self.inner.apply(user, changes))
    }

    /// Deletes a user.
    ///
    /// Depending on the installation's configuration, the service removes the account immediately
    /// or marks it as deleted first (documented). If a retry gets a 404 after an attempt that may
    /// have been applied, the call succeeds, because the user is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// users.delete(&id)?;
    ///
    /// assert!(users.get(&id).is_err_and(|error| error.is_not_found()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn delete(&self, user: &UserId) -> Result<()> {
        self.runtime.run(self.inner.delete(user))
    }
}
