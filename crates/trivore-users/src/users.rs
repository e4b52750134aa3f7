//! The user service, without its operations.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use trivore_models::{User, check_depth, check_members};
use trivore_transport::{Call, CallOptions, Client, Error, Result};

/// The user service: one method for each operation.
///
/// It is cheap to clone. It works with any [`Client`]: with one from [`Client::builder`], or with
/// one around your own tower service.
///
/// An identifier that is empty, `.` or `..` is rejected before anything is sent. In all others,
/// every character except RFC 3986's unreserved ones is percent-encoded.
///
/// [`Error`](trivore_transport::Error) describes the failures that all operations share. The
/// `# Errors` section of a method lists only its own.
///
/// In the examples, `users` is connected to a sandbox (crate `trivore-sandbox`), and `id` is the
/// identifier of one of its users.
#[derive(Clone, Debug)]
pub struct Users {
    pub(crate) client: Client,
}

impl Users {
    /// Creates the user service on a client whose base URL is the service's address.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::PageRequest;
    /// use trivore_transport::{Client, Credentials};
    /// use trivore_users::Users;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// let client = Client::builder(sandbox.url())
    ///     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    ///     .service(sandbox.service()) // leave this out to use HTTP
    ///     .build()?;
    /// let users = Users::new(client);
    ///
    /// assert!(users.list(&PageRequest::new()).await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Returns the client that sends the calls.
    ///
    /// Use it for endpoints that have no method here.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::Value;
    /// use trivore_transport::Call;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let call = Call::get(&["api", "rest", "v1", "role", "builtin"]);
    /// let roles: Vec<Value> = users.client().send(call).await?;
    ///
    /// assert!(roles.iter().any(|role| role["id"] == "ACCOUNT_ADMIN"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the same operations with other settings for each call.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_transport::{CallOptions, RetryPolicy};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let busy = sandbox.inject(trivore_sandbox::Fault::status(503))?;
    /// let options = CallOptions::new().timeout(Duration::from_secs(2)).retry(RetryPolicy::off());
    /// let error = users.with(options).get(&id).await.unwrap_err();
    ///
    /// assert!(error.is_server_error());
    /// assert_eq!(error.attempts().len(), 1);
    /// # assert_eq!(busy.hits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { client: self.client.with(options) }
    }

    /// Sends a call whose response may be empty or `null` if there is no data.
    pub(crate) async fn send_or_default<T>(&self, call: Call<Option<T>>) -> Result<T>
    where
        T: DeserializeOwned + Default,
    {
        self.client.send(call).await.map(Option::unwrap_or_default)
    }

    /// Sends a call whose response is a list, which may be empty or `null` if there is nothing.
    ///
    /// Elements that are `null` are skipped, as in all lists.
    pub(crate) async fn send_for_list<T>(
        &self,
        call: Call<Option<Vec<Option<T>>>>,
    ) -> Result<Vec<T>>
    where
        T: DeserializeOwned,
    {
        self.send_or_default(call).await.map(without_nulls)
    }

    /// Sends a change whose response is the list as it is now.
    ///
    /// A response that does not have the list is an error: it does not say that nothing is left.
    pub(crate) async fn send_for_changed_list<T>(
        &self,
        call: Call<Vec<Option<T>>>,
    ) -> Result<Vec<T>>
    where
        T: DeserializeOwned,
    {
        self.client.send(call).await.map(without_nulls)
    }
}

/// Checks that a body can be read again, and has no member twice.
pub(crate) fn check_body<T: Serialize>(body: &T) -> Result<()> {
    check_depth(body).map_err(Error::input)?;
    check_members(body).map_err(Error::input)
}

/// Removes the read-only fields of a body, which may accompany others.
///
/// With nothing else, they can only mean a change of such a field, which the service would ignore.
pub(crate) fn writable<T: Clone + Default + PartialEq>(
    body: &T,
    without_read_only_fields: fn(T) -> T,
) -> Result<T> {
    let writable = without_read_only_fields(body.clone());
    if writable == T::default() && *body != writable {
        return Err(Error::input("only read-only fields are set, which no request changes"));
    }
    Ok(writable)
}

/// Returns the fields of a user as they are written.
pub(crate) fn fields(user: &User) -> Map<String, Value> {
    match serde_json::to_value(user) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Adds a body that was checked.
///
/// Without the check, copying a value with thousands of levels would overflow the stack.
pub(crate) fn with_body<T, B: Serialize>(call: Call<T>, body: Result<B>) -> Call<T> {
    match body {
        Ok(body) => call.json(&body),
        Err(error) => call.check(Err(error)),
    }
}

fn without_nulls<T>(elements: Vec<Option<T>>) -> Vec<T> {
    elements.into_iter().flatten().collect()
}
