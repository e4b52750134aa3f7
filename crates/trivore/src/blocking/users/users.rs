//! The user service, without its operations.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_transport::CallOptions;
#[cfg(doc)]
use trivore_transport::Client;
#[cfg(doc)]
use trivore_users::Error;

use crate::blocking::runtime::Runtime;

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
    // Declared first: its connections need the runtime.
    pub(in crate::blocking) inner: trivore_users::Users,
    pub(in crate::blocking) runtime: Runtime,
}

impl Users {
    /// Returns the same operations with other settings for each call.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore::transport::{CallOptions, RetryPolicy};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let busy = sandbox.inject(trivore_sandbox::Fault::status(503))?;
    /// let options = CallOptions::new().timeout(Duration::from_secs(2)).retry(RetryPolicy::off());
    /// let error = users.with(options).get(&id).unwrap_err();
    ///
    /// assert!(error.is_server_error());
    /// assert_eq!(error.attempts().len(), 1);
    /// # assert_eq!(busy.hits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { inner: self.inner.with(options), runtime: self.runtime.clone() }
    }
}
