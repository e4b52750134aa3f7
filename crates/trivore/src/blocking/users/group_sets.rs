//! The groups of a user as a set.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{GroupRef, UserId};
use trivore_users::{Result, SetChange};

use crate::blocking::Users;

impl Users {
    /// Adds a user to groups, and returns what that changed.
    ///
    /// Groups are given by identifier or by name. A text of 24 hexadecimal digits counts as an
    /// identifier. If no group has a name, the service creates that group (documented).
    ///
    /// It reads the user, and the names of its groups if names are given, and writes the whole list
    /// once, or nothing if nothing changes. If the user that is read has no list of groups, that
    /// counts as empty only if the user's [memberships](Self::group_membership) are empty, too;
    /// otherwise, it is an error, and nothing is written. If the response to the write has no list
    /// although the user is to have groups, the error comes after the write. If someone else changes
    /// the groups between the read and the write, their change is overwritten.
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
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.add_to_groups(&id, &["drivers".into(), "managers".into()])?;
    ///
    /// assert_eq!(change.added.len(), 1); // the identifier of `managers`
    /// assert_eq!(change.current.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A group is empty; no user has this identifier; the namespace rejects a group. If no group has
    /// one of the identifiers, the error comes after the write: the service may have taken the
    /// identifier for a name.
    pub fn add_to_groups(&self, user: &UserId, groups: &[GroupRef]) -> Result<SetChange<GroupRef>> {
        self.runtime.run(self.inner.add_to_groups(user, groups))
    }

    /// Removes a user from groups, and returns what that changed.
    ///
    /// Groups are given as for [`add_to_groups`](Self::add_to_groups), and are written in the same
    /// way. Names of groups that do not exist are ignored: no group is created.
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
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.remove_from_groups(&id, &["drivers".into(), "managers".into()])?;
    ///
    /// assert_eq!(change.removed.len(), 1);
    /// assert_eq!(change.already, ["managers".into()]); // the user was no member
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A group is empty; no user has this identifier; the namespace rejects a group. If no group has
    /// one of the identifiers, the error comes after the write: the service may have taken the
    /// identifier for a name.
    pub fn remove_from_groups(
        &self,
        user: &UserId,
        groups: &[GroupRef],
    ) -> Result<SetChange<GroupRef>> {
        self.runtime.run(self.inner.remove_from_groups(user, groups))
    }

    /// Sets the groups of a user, and returns what that changed.
    ///
    /// Groups are given as for [`add_to_groups`](Self::add_to_groups), and are written in the same
    /// way.
    ///
    /// An empty list removes the user from all groups.
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
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.set_groups(&id, &["managers".into()])?;
    ///
    /// assert_eq!((change.added.len(), change.removed.len()), (1, 1));
    /// assert!(!users.set_groups(&id, &change.current)?.has_changed());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A group is empty; no user has this identifier; the namespace rejects a group. If no group has
    /// one of the identifiers, the error comes after the write: the service may have taken the
    /// identifier for a name.
    pub fn set_groups(&self, user: &UserId, groups: &[GroupRef]) -> Result<SetChange<GroupRef>> {
        self.runtime.run(self.inner.set_groups(user, groups))
    }
}
