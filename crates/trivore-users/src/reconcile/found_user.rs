//! A user with the name of one that was to be created.

use std::fmt;

use trivore_models::User;
use trivore_transport::Error;

/// A user with the name of one that was to be created, which is not known to be that one.
///
/// Either it [is older](Self::is_older) than the call, so that the call did not create it. Or it
/// cannot be told: the user [differs](Self::differences) from the one that was to be created, or
/// the service does not say when it was created.
///
/// `Debug` and `Display` show no personal data.
#[derive(Clone, PartialEq)]
pub struct FoundUser {
    pub(super) user: User,
    pub(super) differences: Vec<String>,
    pub(super) is_older: bool,
}

impl FoundUser {
    /// Returns it, if an error of [`Users::create_once`](crate::Users::create_once) is due to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    /// use trivore_users::FoundUser;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_user(serde_json::json!({"username": "maija", "title": "Dr."}))?;
    /// # sandbox.advance_clock(std::time::Duration::from_secs(60));
    /// # let lost = trivore_sandbox::Fault::status(500).on(http::Method::POST, "/user").once();
    /// # let lost = sandbox.inject(lost)?;
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// user.title = Some("Prof.".to_owned());
    /// let error = users.create_once(&user).await.unwrap_err(); // the response was lost
    ///
    /// let found = FoundUser::of(&error).expect("someone else has the name");
    /// assert!(found.is_older() && !error.may_have_been_applied());
    /// assert_eq!(found.differences(), ["title"]);
    /// # assert_eq!(lost.hits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Returns the user.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(found: &trivore_users::FoundUser) {
    /// let id = &found.user().id;
    /// # drop(id.clone());
    /// # }
    /// ```
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Returns the JSON names of the fields whose values were to be other ones.
    ///
    /// Fields that the new user does not have are not compared, nor is the password.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(found: &trivore_users::FoundUser) {
    /// if found.differences().iter().any(|field| field == "emails") {
    ///     // It is probably another person.
    /// }
    /// # }
    /// ```
    pub fn differences(&self) -> &[String] {
        &self.differences
    }

    /// Whether the user was there before the call, so that the call did not create it.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(found: &trivore_users::FoundUser) {
    /// let may_be_the_new_user = !found.is_older();
    /// # drop(may_be_the_new_user);
    /// # }
    /// ```
    pub fn is_older(&self) -> bool {
        self.is_older
    }

    /// Makes this the error of a creation.
    pub(super) fn into_error(self) -> Error {
        if self.is_older { Error::before_sending(self) } else { Error::after_sending(self) }
    }
}

impl fmt::Debug for FoundUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundUser")
            .field("id", &self.user.id)
            .field("differences", &self.differences.len())
            .field("is_older", &self.is_older)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for FoundUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_older {
            "another user has the username"
        } else {
            "a user has the username, and may have been created by this call"
        })
    }
}

impl std::error::Error for FoundUser {}
