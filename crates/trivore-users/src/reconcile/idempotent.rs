//! Looks up the effect of calls that can be repeated in any case.

use serde_json::Value;
use trivore_models::{
    CustomFields, PermissionChanges, PermissionId, RoleChanges, RoleId, User, UserId,
};
use trivore_transport::{Error, Result};

use super::differences::is_contained;
use super::{Reconcile, Reconciled};
use crate::accounts::updatable;
use crate::set_change::is_changed;

impl Reconcile {
    /// Looks up whether a user has the values that [`Users::update`](crate::Users::update) was to
    /// set, its groups among them.
    ///
    /// If another client changes a field after that, the call counts as not applied.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_models::User;
    /// use trivore_users::Reconciled;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["managers"]}))?.into();
    /// let mut changed = User::new();
    /// changed.member_of = Some(vec!["drivers".into()]);
    /// let reconciled = users.reconcile(Duration::ZERO).update(&id, &changed).await?;
    ///
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::update`](crate::Users::update) and
    /// [`Users::get`](crate::Users::get).
    pub async fn update(&self, user: &UserId, changed: &User) -> Result<Reconciled<User>> {
        let changed = &updatable(changed)?;
        self.repeat(|| async move {
            let stored = self.users.get(user).await?;
            let differences = self.differences(changed, &stored, user).await?;
            // An update replaces the whole list.
            let has_other_groups =
                changed.member_of.is_some() && stored.member_of().len() > changed.member_of().len();
            let is_same = differences.is_empty() && !has_other_groups;
            Ok(Reconciled::applied_if(is_same, stored))
        })
        .await
    }

    /// Looks up whether a user is gone, as after [`Users::delete`](crate::Users::delete).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_users::Reconciled;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = "5b0cfba4e2bb230ff8b535e6".into();
    /// let reconciled = users.reconcile(Duration::ZERO).delete(&id).await?;
    ///
    /// assert_eq!(reconciled, Reconciled::Applied(()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user could not be read, for another reason than that it does not exist.
    pub async fn delete(&self, user: &UserId) -> Result<Reconciled<()>> {
        self.repeat(|| async {
            match self.users.get(user).await {
                Err(error) if error.is_not_found() => Ok(Reconciled::Applied(())),
                Err(error) => Err(error),
                Ok(_) => Ok(Reconciled::NotApplied),
            }
        })
        .await
    }

    /// Looks up whether a user has the built-in roles that
    /// [`Users::update_builtin_roles`](crate::Users::update_builtin_roles) was to result in.
    ///
    /// # Examples
    ///
    /// See [`Reconcile`].
    ///
    /// ```
    /// # use trivore_models::{RoleChanges, UserId};
    /// # async fn example(users: trivore_users::Users, id: UserId, changes: RoleChanges)
    /// # -> trivore_users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let roles = reconcile.update_builtin_roles(&id, &changes).await?.applied();
    /// # drop(roles);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::builtin_roles`](crate::Users::builtin_roles).
    pub async fn update_builtin_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Reconciled<Vec<RoleId>>> {
        self.repeat(|| async {
            let stored = self.users.builtin_roles(user).await?;
            let is_applied = is_changed(&stored, &changes.add, &changes.remove);
            Ok(Reconciled::applied_if(is_applied, stored))
        })
        .await
    }

    /// Looks up whether a user has the custom roles that
    /// [`Users::update_custom_roles`](crate::Users::update_custom_roles) was to result in.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_models::{RoleChanges, UserId};
    /// # async fn example(users: trivore_users::Users, id: UserId, changes: RoleChanges)
    /// # -> trivore_users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let roles = reconcile.update_custom_roles(&id, &changes).await?.applied();
    /// # drop(roles);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::custom_roles`](crate::Users::custom_roles).
    pub async fn update_custom_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Reconciled<Vec<RoleId>>> {
        self.repeat(|| async {
            let stored = self.users.custom_roles(user).await?;
            let is_applied = is_changed(&stored, &changes.add, &changes.remove);
            Ok(Reconciled::applied_if(is_applied, stored))
        })
        .await
    }

    /// Looks up whether a user has the permissions that
    /// [`Users::update_custom_permissions`](crate::Users::update_custom_permissions) was to result
    /// in.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_models::{PermissionChanges, UserId};
    /// # async fn example(users: trivore_users::Users, id: UserId, changes: PermissionChanges)
    /// # -> trivore_users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let granted = reconcile.update_custom_permissions(&id, &changes).await?.applied();
    /// # drop(granted);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`Users::custom_permissions`](crate::Users::custom_permissions).
    pub async fn update_custom_permissions(
        &self,
        user: &UserId,
        changes: &PermissionChanges,
    ) -> Result<Reconciled<Vec<PermissionId>>> {
        self.repeat(|| async {
            let stored = self.users.custom_permissions(user).await?;
            let is_applied = is_changed(&stored, &changes.add, &changes.remove);
            Ok(Reconciled::applied_if(is_applied, stored))
        })
        .await
    }

    /// Looks up whether a user has the custom fields that
    /// [`Users::update_custom_fields`](crate::Users::update_custom_fields) was to write.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_models::{CustomFields, UserId};
    /// # async fn example(users: trivore_users::Users, id: UserId, fields: CustomFields)
    /// # -> trivore_users::Result<()> {
    /// let reconcile = users.reconcile(std::time::Duration::from_secs(30));
    /// let stored = reconcile.update_custom_fields(&id, &fields).await?.applied();
    /// # drop(stored);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The fields are not [valid](CustomFields::validate); as of
    /// [`Users::custom_fields`](crate::Users::custom_fields).
    pub async fn update_custom_fields(
        &self,
        user: &UserId,
        fields: &CustomFields,
    ) -> Result<Reconciled<CustomFields>> {
        fields.validate().map_err(Error::input)?;
        self.repeat(|| async {
            let stored = self.users.custom_fields(user).await?;
            let is_there = |(name, value): (&String, &Value)| is_contained(value, stored.get(name));
            let is_same = fields.iter().all(is_there);
            Ok(Reconciled::applied_if(is_same, stored))
        })
        .await
    }
}
