//! Looks up the effect of calls that can be repeated in any case.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{
    CustomFields, PermissionChanges, PermissionId, RoleChanges, RoleId, User, UserId,
};
use trivore_users::{Reconciled, Result};

use crate::blocking::Reconcile;
#[cfg(doc)]
use crate::blocking::Users;

impl Reconcile {
    /// Looks up whether a user has the values that [`Users::update`](trivore_users::Users::update) was to
    /// set, its groups among them.
    ///
    /// If another client changes a field after that, the call counts as not applied.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore::models::User;
    /// use trivore::users::Reconciled;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["managers"]}))?.into();
    /// let mut changed = User::new();
    /// changed.member_of = Some(vec!["drivers".into()]);
    /// let reconciled = users.reconcile(Duration::ZERO).update(&id, &changed)?;
    ///
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::update`](trivore_users::Users::update) and
    /// [`Users::get`](trivore_users::Users::get).
    pub fn update(&self, user: &UserId, changed: &User) -> Result<Reconciled<User>> {
        self.0.runtime.run(self.0.stream.update(user, changed))
    }

    /// Looks up whether a user is gone, as after [`Users::delete`](trivore_users::Users::delete).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore::users::Reconciled;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = "5b0cfba4e2bb230ff8b535e6".into();
    /// let reconciled = users.reconcile(Duration::ZERO).delete(&id)?;
    ///
    /// assert_eq!(reconciled, Reconciled::Applied(()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user could not be read, for another reason than that it does not exist.
    pub fn delete(&self, user: &UserId) -> Result<Reconciled<()>> {
        self.0.runtime.run(self.0.stream.delete(user))
    }

    /// Looks up whether a user has the built-in roles that
    /// [`Users::update_builtin_roles`](trivore_users::Users::update_builtin_roles) was to result in.
    ///
    /// # Examples
    ///
    /// See [`Reconcile`].
    ///
    /// ```
    /// # use trivore::models::{RoleChanges, UserId};
    /// # fn example(users: trivore::blocking::Users, id: UserId, changes: RoleChanges)
    /// # -> trivore::users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let roles = reconcile.update_builtin_roles(&id, &changes)?.applied();
    /// # drop(roles);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::builtin_roles`](trivore_users::Users::builtin_roles).
    pub fn update_builtin_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Reconciled<Vec<RoleId>>> {
        self.0.runtime.run(self.0.stream.update_builtin_roles(user, changes))
    }

    /// Looks up whether a user has the custom roles that
    /// [`Users::update_custom_roles`](trivore_users::Users::update_custom_roles) was to result in.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::models::{RoleChanges, UserId};
    /// # fn example(users: trivore::blocking::Users, id: UserId, changes: RoleChanges)
    /// # -> trivore::users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let roles = reconcile.update_custom_roles(&id, &changes)?.applied();
    /// # drop(roles);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::custom_roles`](trivore_users::Users::custom_roles).
    pub fn update_custom_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Reconciled<Vec<RoleId>>> {
        self.0.runtime.run(self.0.stream.update_custom_roles(user, changes))
    }

    /// Looks up whether a user has the permissions that
    /// [`Users::update_custom_permissions`](trivore_users::Users::update_custom_permissions) was to result
    /// in.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::models::{PermissionChanges, UserId};
    /// # fn example(users: trivore::blocking::Users, id: UserId, changes: PermissionChanges)
    /// # -> trivore::users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let granted = reconcile.update_custom_permissions(&id, &changes)?.applied();
    /// # drop(granted);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::custom_permissions`](trivore_users::Users::custom_permissions).
    pub fn update_custom_permissions(
        &self,
        user: &UserId,
        changes: &PermissionChanges,
    ) -> Result<Reconciled<Vec<PermissionId>>> {
        self.0.runtime.run(self.0.stream.update_custom_permissions(user, changes))
    }

    /// Looks up whether a user has the custom fields that
    /// [`Users::update_custom_fields`](trivore_users::Users::update_custom_fields) was to write.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::models::{CustomFields, UserId};
    /// # fn example(users: trivore::blocking::Users, id: UserId, fields: CustomFields)
    /// # -> trivore::users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let stored = reconcile.update_custom_fields(&id, &fields)?.applied();
    /// # drop(stored);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The fields are not [valid](CustomFields::validate); as of
    /// [`Users::custom_fields`](trivore_users::Users::custom_fields).
    pub fn update_custom_fields(
        &self,
        user: &UserId,
        fields: &CustomFields,
    ) -> Result<Reconciled<CustomFields>> {
        self.0.runtime.run(self.0.stream.update_custom_fields(user, fields))
    }
}
