//! Accounts: list, create, read, change and delete.

use trivore_models::{Changes, Page, PageRequest, Password, User, UserId};
use trivore_transport::{Call, Error, Operation, Result, Safety};

use crate::page_call::paged;
use crate::{PasswordGenerator, Users};

/// A new account and its password.
///
/// The service never returns a password, so this is the only place to read a generated one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreatedUser {
    /// The account as the service created it.
    pub user: User,
    /// The password that you set or that was generated.
    pub password: Password,
}

impl Users {
    /// Reads one page of the users that match a filter.
    ///
    /// To read all pages, use [`Users::pages`] or [`Users::items`].
    ///
    /// # Errors
    ///
    /// The request asks for more than 500 users or has an invalid filter; the client
    /// lacks the permission `ACCOUNT_VIEW` (documented).
    pub async fn list(&self, request: &PageRequest) -> Result<Page<User>> {
        self.client.send(paged(Call::of(&LIST, &[]), request)).await
    }

    /// Creates a user, with a generated password unless you set one.
    ///
    /// A generated password has 15 random characters. If the namespace requires more, generate
    /// one with [`PasswordGenerator`] and set it. A generated password is lost if the call fails;
    /// if you need to recover after [`Error::may_have_been_applied`], set the password yourself.
    ///
    /// # Errors
    ///
    /// The user name is taken, or the namespace's rules refuse the user or the password.
    pub async fn create(&self, user: &User) -> Result<CreatedUser> {
        let operation = if user.username.is_some() { &CREATE_NAMED } else { &CREATE };
        let password = match &user.password {
            Some(password) => password.clone(),
            None => generated_password(user)?,
        };
        let mut body = user.clone();
        body.password = Some(password.clone());
        let call = Call::of(operation, &[]).check(valid(user)).json(&body);
        let user = self.client.send(call).await?;
        Ok(CreatedUser { user, password })
    }

    /// Reads a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn get(&self, user: &UserId) -> Result<User> {
        self.client.send(Call::of(&GET, &[user.as_str()])).await
    }

    /// Writes the fields of a user that are set, and leaves the others unchanged.
    ///
    /// A field that is `None` is not sent, and the service keeps its value (inferred from
    /// production use; the service itself calls the operation "replace"). A list that is sent
    /// replaces the whole list (documented). To clear a field, use [`Users::modify`] or
    /// [`Users::apply`].
    ///
    /// # Errors
    ///
    /// `changed` has a password (use [`Users::change_password`]); no user has this identifier;
    /// the namespace's rules refuse a value.
    pub async fn update(&self, user: &UserId, changed: &User) -> Result<User> {
        let call = Call::of(&UPDATE, &[user.as_str()]).check(updatable(changed)).json(changed);
        self.client.send(call).await
    }

    /// Writes only the given fields of a user, and clears those given as `null`.
    ///
    /// That `null` clears a field is inferred.
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the namespace's rules refuse a value.
    pub async fn apply(&self, user: &UserId, changes: &Changes) -> Result<User> {
        self.client.send(Call::of(&UPDATE, &[user.as_str()]).json(changes)).await
    }

    /// Deletes a user.
    ///
    /// Depending on the installation's configuration, the service removes the account
    /// immediately or marks it as deleted first (documented).
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn delete(&self, user: &UserId) -> Result<()> {
        self.client.execute(Call::of(&DELETE, &[user.as_str()])).await
    }
}

/// Avoids the user name, which the service may forbid in a password.
fn generated_password(user: &User) -> Result<Password> {
    let name = user.username.as_deref().unwrap_or_default();
    PasswordGenerator::new().avoiding(name).generate()
}

/// Checks the documented limits before anything is sent.
pub(crate) fn valid(user: &User) -> Result<()> {
    user.validate().map_err(Error::input)
}

fn updatable(user: &User) -> Result<()> {
    if user.password.is_some() {
        return Err(Error::input("`update` cannot change a password; use `change_password`"));
    }
    valid(user)
}

static LIST: Operation = Operation::get("users.list", "/api/rest/v1/user");
static CREATE: Operation =
    Operation::post("users.create", "/api/rest/v1/user", Safety::NotIdempotent);
/// A user name is unique in its namespace, so it shows later whether the user was created.
static CREATE_NAMED: Operation =
    Operation::post("users.create_named", "/api/rest/v1/user", Safety::Reconcilable);
static GET: Operation = Operation::get("users.get", "/api/rest/v1/user/{userId}");
static UPDATE: Operation =
    Operation::put("users.update", "/api/rest/v1/user/{userId}", Safety::Idempotent);
static DELETE: Operation =
    Operation::delete("users.delete", "/api/rest/v1/user/{userId}", Safety::IdempotentDelete);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&LIST, &CREATE, &CREATE_NAMED, &GET, &UPDATE, &DELETE];
