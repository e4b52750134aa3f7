//! The groups of a user as a set.

use trivore_models::{GroupMembership, GroupRef, User, UserId};
use trivore_transport::{DecodeError, Error, Result};

use crate::accounts::{GET, UPDATE};
use crate::set_change::{SetEdit, SetPlan, check_elements};
use crate::{SetChange, Users};

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
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.add_to_groups(&id, &["drivers".into(), "managers".into()]).await?;
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
    pub async fn add_to_groups(
        &self,
        user: &UserId,
        groups: &[GroupRef],
    ) -> Result<SetChange<GroupRef>> {
        self.edit_groups(SetEdit::Add, user, groups).await
    }

    /// Removes a user from groups, and returns what that changed.
    ///
    /// Groups are given as for [`add_to_groups`](Self::add_to_groups), and are written in the same
    /// way. Names of groups that do not exist are ignored: no group is created.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.remove_from_groups(&id, &["drivers".into(), "managers".into()]).await?;
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
    pub async fn remove_from_groups(
        &self,
        user: &UserId,
        groups: &[GroupRef],
    ) -> Result<SetChange<GroupRef>> {
        self.edit_groups(SetEdit::Remove, user, groups).await
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
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let change = users.set_groups(&id, &["managers".into()]).await?;
    ///
    /// assert_eq!((change.added.len(), change.removed.len()), (1, 1));
    /// assert!(!users.set_groups(&id, &change.current).await?.has_changed());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A group is empty; no user has this identifier; the namespace rejects a group. If no group has
    /// one of the identifiers, the error comes after the write: the service may have taken the
    /// identifier for a name.
    pub async fn set_groups(
        &self,
        user: &UserId,
        groups: &[GroupRef],
    ) -> Result<SetChange<GroupRef>> {
        self.edit_groups(SetEdit::Replace, user, groups).await
    }

    async fn edit_groups(
        &self,
        edit: SetEdit,
        user: &UserId,
        groups: &[GroupRef],
    ) -> Result<SetChange<GroupRef>> {
        check_elements(groups)?;
        let before = match self.get(user).await?.member_of {
            Some(before) => before,
            None if self.has_no_groups(user).await? => Vec::new(),
            None => {
                let error = DecodeError::new("memberOf", "a list, as the user is in groups");
                return Err(error.into_error(&GET));
            }
        };
        let is_name = |group: &GroupRef| !before.contains(group) && !is_identifier(group);
        let names = if !before.is_empty() && groups.iter().any(is_name) {
            self.group_membership(user).await?
        } else {
            Vec::new()
        };
        let given: Vec<_> = groups.iter().map(|group| resolved(group, &before, &names)).collect();
        let plan = SetPlan::new(edit, before, &given);
        if plan.is_empty() {
            return Ok(plan.unchanged());
        }
        let mut changed = User::new();
        changed.member_of = Some(plan.after());
        let current = match self.update(user, &changed).await?.member_of {
            Some(current) => current,
            None if plan.after().is_empty()
                && self.has_no_groups(user).await.map_err(Error::after_sending)? =>
            {
                Vec::new()
            }
            None => return Err(DecodeError::new("memberOf", "a list").into_error(&UPDATE)),
        };
        let is_done = plan.add.iter().all(|group| !is_identifier(group) || current.contains(group))
            && plan.remove.iter().all(|group| !current.contains(group));
        if is_done {
            return Ok(plan.difference(current));
        }
        Err(Error::after_sending(
            "the service did not make the whole change: no group has one of the identifiers, or the \
             user cannot leave a group",
        ))
    }

    /// Whether a user whose `memberOf` is missing is in no group.
    ///
    /// A service may omit empty lists, but what is missing may also be withheld. To write a list
    /// that was made from nothing would end all memberships.
    async fn has_no_groups(&self, user: &UserId) -> Result<bool> {
        let groups = self.group_membership(user).await?;
        Ok(groups.iter().all(|group| group.member == Some(false)))
    }
}

/// Returns the identifier of a group of the user that is given by name.
fn resolved(group: &GroupRef, before: &[GroupRef], names: &[GroupMembership]) -> GroupRef {
    if before.contains(group) {
        return group.clone();
    }
    let known = names.iter().find(|known| known.name.as_deref() == Some(group.as_str()));
    let id = known.and_then(|known| known.id.as_ref()).map(GroupRef::from);
    id.filter(|id| before.contains(id)).unwrap_or_else(|| group.clone())
}

/// Whether it has the form that the service gives identifiers (documented for users).
fn is_identifier(group: &GroupRef) -> bool {
    let text = group.as_str();
    text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
