//! The roles of a user as sets.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{RoleId, UserId};
use trivore_users::{Result, SetChange};

use crate::blocking::Users;

impl Users {
    /// Adds built-in roles to a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user lacks one of those that are given.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let change = users.add_builtin_roles(&id, &["GROUP_AUDITOR".into()])?;
    ///
    /// assert!(!change.has_changed()); // the user had the role already
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn add_builtin_roles(&self, user: &UserId, roles: &[RoleId]) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.add_builtin_roles(user, roles))
    }

    /// Removes built-in roles from a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user has one of those that are given.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let change = users.remove_builtin_roles(&id, &["GROUP_AUDITOR".into()])?;
    ///
    /// assert_eq!(change.removed, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn remove_builtin_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.remove_builtin_roles(user, roles))
    }

    /// Sets the built-in roles of a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only what is different. An empty list removes all.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let change = users.set_builtin_roles(&id, &["ROLE_AUDITOR".into()])?;
    ///
    /// assert_eq!(change.added, ["ROLE_AUDITOR".into()]);
    /// assert_eq!(change.removed, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn set_builtin_roles(&self, user: &UserId, roles: &[RoleId]) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.set_builtin_roles(user, roles))
    }

    /// Adds custom roles to a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user lacks one of those that are given.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore::models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.add_custom_roles(&id, std::slice::from_ref(&support))?;
    ///
    /// assert_eq!(change.added, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn add_custom_roles(&self, user: &UserId, roles: &[RoleId]) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.add_custom_roles(user, roles))
    }

    /// Removes custom roles from a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user has one of those that are given.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore::models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.remove_custom_roles(&id, std::slice::from_ref(&support))?;
    ///
    /// assert_eq!(change.already, [support]); // the user did not have the role
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn remove_custom_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.remove_custom_roles(user, roles))
    }

    /// Sets the custom roles of a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only what is different. An empty list removes all.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore::models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.set_custom_roles(&id, std::slice::from_ref(&support))?;
    ///
    /// assert_eq!(change.current, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub fn set_custom_roles(&self, user: &UserId, roles: &[RoleId]) -> Result<SetChange<RoleId>> {
        self.runtime.run(self.inner.set_custom_roles(user, roles))
    }
}
