//! Creates a user, and looks it up if the outcome is unknown.

use std::time::Duration;

use trivore_models::{Password, User};
use trivore_transport::{DecodeError, Error, Result};

use super::{CreateOutcome, FailedLookUp};
use crate::accounts::{LIST, creatable, generated_password};
use crate::{CreatedUser, Users};

impl Users {
    /// Creates a user with a username, and looks it up if the outcome of the call is unknown.
    ///
    /// It is [`create`](Self::create) for connections that fail: if the response is lost, the user
    /// is [looked up](crate::Reconcile::create) by its username and namespace. If it is there and
    /// is the new one, the call succeeds. If no user has the name, the user is created again, with
    /// the same password, in at most three attempts; because a username is unique in its namespace
    /// (documented), only one of them can succeed.
    ///
    /// The client needs the permission to read users, too. Set `namespace_code` if there are other
    /// namespaces in which a user may have the same name.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let lost = trivore_sandbox::Fault::reset_after_applying().on(http::Method::POST, "/user");
    /// # let lost = sandbox.inject(lost)?;
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// let created = users.create_once(&user).await?; // the response was lost
    ///
    /// assert_eq!(created.user.username, user.username);
    /// # assert_eq!(lost.hits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`create`](Self::create); the user has no username. After an unknown
    /// outcome, another user has the username, or it cannot be told whether it is the new one:
    /// [`FoundUser::of`](crate::FoundUser::of) returns it. Or the look-up failed:
    /// [`FailedLookUp::of`](crate::FailedLookUp::of) returns why.
    /// [`Error::may_have_been_applied`] is true only if it is still unknown whether the user was
    /// created.
    pub async fn create_once(&self, user: &User) -> Result<CreatedUser> {
        if user.username.as_deref().is_none_or(str::is_empty) {
            return Err(Error::input(
                "`create_once` needs a username, to look the user up; without one, use `create`",
            ));
        }
        // All attempts have the same password, so that it does not matter which one is applied.
        let mut user = creatable(user)?;
        if user.password.is_none() {
            user.password = Some(generated_password(&user)?);
        }
        let reconcile = self.reconcile(Duration::ZERO);
        let mut attempt = 1;
        loop {
            let error = match self.create(&user).await {
                Ok(created) => return Ok(created),
                Err(error) if attempt == 1 && !error.may_have_been_applied() => return Err(error),
                Err(error) => error,
            };
            // To repeat the call tells as much as to wait for the user to appear.
            let may_repeat = attempt < MOST_ATTEMPTS && error.may_have_been_applied();
            let looked_up = if may_repeat {
                reconcile.created_now(&user).await
            } else {
                reconcile.create(&user).await
            };
            match looked_up {
                Err(look_up) => {
                    return Err(Error::after_sending(FailedLookUp { create: error, look_up }));
                }
                Ok(CreateOutcome::Created(found)) => return created(found, user.password),
                // An older user may be in another namespace.
                Ok(CreateOutcome::Found(found))
                    if user.namespace_code.is_some() || !found.is_older() =>
                {
                    return Err(found.into_error());
                }
                Ok(CreateOutcome::Found(_) | CreateOutcome::NotCreated) if may_repeat => {}
                // Who has the name cannot be seen: it may be the user of an earlier attempt.
                Ok(CreateOutcome::NotCreated) if error.is_conflict() => {
                    return Err(Error::after_sending(error));
                }
                Ok(CreateOutcome::Found(_) | CreateOutcome::NotCreated) => return Err(error),
            }
            attempt += 1;
        }
    }
}

fn created(user: User, password: Option<Password>) -> Result<CreatedUser> {
    match (user.id.clone(), password) {
        (Some(id), Some(password)) => Ok(CreatedUser { id, user, password }),
        _ => Err(DecodeError::new("resources.id", "a value").into_error(&LIST)),
    }
}

const MOST_ATTEMPTS: u32 = 3;
