//! The groups that a user belongs to.

use trivore_models::{GroupMembership, UserId};
use trivore_transport::{Call, Operation, Result};

use crate::Users;

impl Users {
    /// Reads the groups that a user belongs to, with their names (observed).
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
    /// # sandbox.add_group(serde_json::json!({"name": "drivers"}))?;
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let groups = users.group_membership(&id).await?;
    ///
    /// assert_eq!(groups.len(), 1);
    /// assert_eq!(groups[0].name.as_deref(), Some("drivers"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn group_membership(&self, user: &UserId) -> Result<Vec<GroupMembership>> {
        self.send_for_list(Call::of(&GROUP_MEMBERSHIP, &[user.as_str()])).await
    }
}

static GROUP_MEMBERSHIP: Operation =
    Operation::get("users.group_membership", "/api/rest/v1/user/{userId}/groupmembership");

pub(crate) const OPERATIONS: &[&Operation] = &[&GROUP_MEMBERSHIP];
