//! A creation whose outcome stays unknown.

use std::fmt;

use trivore_transport::Error;

/// The outcome of a creation is unknown, and the look-up of the user failed.
///
/// The user may exist. [`Error::may_have_been_applied`] is true.
#[derive(Debug)]
pub struct FailedLookUp {
    pub(super) create: Error,
    pub(super) look_up: Error,
}

impl FailedLookUp {
    /// Returns it, if an error of [`Users::create_once`](crate::Users::create_once) is due to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    /// use trivore_users::FailedLookUp;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), BoxError> {
    /// # let service = tower::service_fn(async |request: Request<Body>| {
    /// #     let status = if request.method() == "POST" { 500 } else { 403 };
    /// #     Ok::<_, BoxError>(Response::builder().status(status).body(String::new())?)
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// let error = users.create_once(&user).await.unwrap_err();
    ///
    /// // This client may create users, but not read them.
    /// let failed = FailedLookUp::of(&error).expect("the look-up failed");
    /// assert!(failed.create_error().is_server_error());
    /// assert!(failed.look_up_error().is_forbidden());
    /// assert!(error.may_have_been_applied());
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Returns why the outcome of the creation is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(failed: &trivore_users::FailedLookUp) {
    /// assert!(failed.create_error().may_have_been_applied());
    /// # }
    /// ```
    pub fn create_error(&self) -> &Error {
        &self.create
    }

    /// Returns why the look-up failed.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(failed: &trivore_users::FailedLookUp) {
    /// if failed.look_up_error().missing_permission() == Some("ACCOUNT_VIEW") {
    ///     // The client may not read users.
    /// }
    /// # }
    /// ```
    pub fn look_up_error(&self) -> &Error {
        &self.look_up
    }
}

impl fmt::Display for FailedLookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { create, .. } = self;
        write!(f, "the user may have been created ({create}), and could not be looked up")
    }
}

/// The source is why the look-up failed.
impl std::error::Error for FailedLookUp {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.look_up)
    }
}
