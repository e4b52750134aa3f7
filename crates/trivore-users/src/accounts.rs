//! Accounts: list, create, read, change and delete.

use trivore_models::{Changes, Page, PageRequest, Password, User, UserId};
use trivore_transport::{Call, Error, Operation, Result, Safety};

use crate::page_call::paged;
use crate::{PasswordGenerator, Users};

/// A new account, and the password it was created with.
///
/// The service never sends a password back: this is the only place where a generated
/// one can be read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreatedUser {
    /// The account as the service created it.
    pub user: User,
    /// The password that was given or generated.
    pub password: Password,
}

impl Users {
    /// Reads one page of the users that a filter selects.
    ///
    /// See [`Users::pages`] and [`Users::items`] for all of them.
    ///
    /// # Errors
    ///
    /// The request asks for more than 500 users or has an invalid filter; the client
    /// lacks the permission `ACCOUNT_VIEW` (documented).
    pub async fn list(&self, request: &PageRequest) -> Result<Page<User>> {
        self.client.send(paged(Call::of(&LIST, &[]), request)).await
    }

    /// Creates a user with the password it holds, or else with a generated one.
    ///
    /// A generated password is 15 characters of the operating system's randomness;
    /// [`PasswordGenerator`] makes others, for namespaces that demand more. When the call fails with
    /// [`Error::may_have_been_applied`], a generated password is lost: to be able to
    /// go on after that, put a password of your own into the user.
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

    /// Writes the fields of a user that are set, and leaves the others as they are.
    ///
    /// A field that is `None` is not sent, and the service keeps what it has (inferred
    /// from production use; the service's own name for the operation is "replace"). A
    /// list that is sent replaces the whole list (documented). To clear a field, see
    /// [`Users::modify`] or [`Users::apply`].
    ///
    /// # Errors
    ///
    /// The user holds a password, which [`Users::change_password`] takes instead; no
    /// user has this identifier; the namespace's rules refuse a value.
    pub async fn update(&self, user: &UserId, changed: &User) -> Result<User> {
        let call = Call::of(&UPDATE, &[user.as_str()]).check(updatable(changed)).json(changed);
        self.client.send(call).await
    }

    /// Writes just the named fields of a user; those named with `null` are cleared.
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
    /// Accounts may be removed at once or marked first, as the installation is
    /// configured (documented).
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn delete(&self, user: &UserId) -> Result<()> {
        self.client.execute(Call::of(&DELETE, &[user.as_str()])).await
    }
}

/// The service may forbid the user name in a password.
fn generated_password(user: &User) -> Result<Password> {
    let name = user.username.as_deref().unwrap_or_default();
    PasswordGenerator::new().avoiding(name).generate()
}

/// Documented limits, checked before anything is sent.
pub(crate) fn valid(user: &User) -> Result<()> {
    user.validate().map_err(Error::input)
}

fn updatable(user: &User) -> Result<()> {
    if user.password.is_some() {
        return Err(Error::input("an update carries no password: change_password does"));
    }
    valid(user)
}

static LIST: Operation = Operation::get("users.list", "/api/rest/v1/user");
static CREATE: Operation =
    Operation::post("users.create", "/api/rest/v1/user", Safety::NotIdempotent);
/// The user name, unique in its namespace, tells afterwards whether the user was created.
static CREATE_NAMED: Operation =
    Operation::post("users.create_named", "/api/rest/v1/user", Safety::Reconcilable);
static GET: Operation = Operation::get("users.get", "/api/rest/v1/user/{userId}");
static UPDATE: Operation =
    Operation::put("users.update", "/api/rest/v1/user/{userId}", Safety::Idempotent);
static DELETE: Operation =
    Operation::delete("users.delete", "/api/rest/v1/user/{userId}", Safety::IdempotentDelete);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&LIST, &CREATE, &CREATE_NAMED, &GET, &UPDATE, &DELETE];
