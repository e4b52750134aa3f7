//! The client of the blocking API.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde::de::DeserializeOwned;
use trivore_transport::{Call, CallOptions, CheckReport, Client as AsyncClient, Result};

use crate::ConfigError;
use crate::blocking::Users;
use crate::blocking::runtime::Runtime;

/// Sends calls, and blocks until each is done.
///
/// It is the [`Client`](AsyncClient) of the async API with a thread of its own; see
/// [`blocking`](crate::blocking).
///
/// ```
/// use http::{Request, Response};
/// use trivore::blocking::Users;
/// use trivore::transport::{Body, BoxError, Call, Client};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Users::new(Client::new(tower::service_fn(async |request: Request<Body>| {
///     let body = format!(r#"["{}"]"#, request.uri().path());
///     Ok::<_, BoxError>(Response::new(body))
/// })))?;
///
/// let paths: Vec<String> = users.client().send(Call::get(&["ping"]))?;
///
/// assert_eq!(paths, ["/ping"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    // Declared first: its connections need the runtime.
    inner: AsyncClient,
    runtime: Runtime,
}

impl Client {
    /// Returns a client with other settings for its calls.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { inner: self.inner.with(options), runtime: self.runtime.clone() }
    }

    /// Sends a call and decodes the JSON of its response.
    ///
    /// # Errors
    ///
    /// Those of [`send`](AsyncClient::send) of the async client; it was called in async code.
    pub fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T> {
        self.runtime.run(self.inner.send(call))
    }

    /// Sends a call, decodes the JSON of its response, and also returns the body as it was
    /// received.
    ///
    /// # Errors
    ///
    /// The same as those of [`send`](Self::send).
    pub fn send_with_body<T: DeserializeOwned>(&self, call: Call<T>) -> Result<(T, Bytes)> {
        self.runtime.run(self.inner.send_with_body(call))
    }

    /// Sends a call like [`send`](Self::send), with a second way to read its response.
    ///
    /// See [`send_or_recover`](AsyncClient::send_or_recover) of the async client.
    ///
    /// # Errors
    ///
    /// The same as those of [`send`](Self::send).
    pub fn send_or_recover<T, F>(&self, call: Call<T>, recover: F) -> Result<T>
    where
        T: DeserializeOwned,
        F: FnOnce(&[u8]) -> Option<T> + Send,
    {
        self.runtime.run(self.inner.send_or_recover(call, recover))
    }

    /// Sends a call and ignores the body of its response.
    ///
    /// # Errors
    ///
    /// Those of [`execute`](AsyncClient::execute) of the async client; it was called in async code.
    pub fn execute(&self, call: Call<()>) -> Result<()> {
        self.runtime.run(self.inner.execute(call))
    }

    /// Sends a call and returns its response without decoding the body.
    ///
    /// # Errors
    ///
    /// Those of [`response`](AsyncClient::response) of the async client; it was called in async
    /// code.
    pub fn response<T>(&self, call: Call<T>) -> Result<Response<Bytes>> {
        self.runtime.run(self.inner.response(call))
    }

    /// Checks step by step whether a call can succeed, and reports what to do if it cannot.
    ///
    /// See [`check`](AsyncClient::check) of the async client.
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn check<T: DeserializeOwned>(&self, call: Call<T>) -> Result<CheckReport> {
        self.runtime.block_on(self.inner.check(call))
    }

    /// Refuses new calls, waits for those in flight, and closes the connections; returns how many
    /// calls were still in flight after `limit`.
    ///
    /// See [`close`](AsyncClient::close) of the async client.
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn close(&self, limit: Duration) -> Result<usize> {
        self.runtime.block_on(self.inner.close(limit))
    }
}

impl Users {
    /// Creates the user service on a client, and starts a thread for it.
    ///
    /// # Errors
    ///
    /// No thread could be started.
    pub fn new(client: AsyncClient) -> Result<Self, ConfigError> {
        Ok(Self { inner: trivore_users::Users::new(client), runtime: Runtime::start()? })
    }

    /// Returns the client that sends the calls.
    ///
    /// Use it for endpoints that have no method here.
    pub fn client(&self) -> Client {
        Client { inner: self.inner.client().clone(), runtime: self.runtime.clone() }
    }
}
