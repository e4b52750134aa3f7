//! Moving a user to another namespace.

use trivore_models::{NamespaceMigrationOptions, User, UserId};
use trivore_transport::{Call, Operation, ResponseShape, Result, Safety};

use crate::Users;

impl Users {
    /// Moves a user to another namespace and returns the new user.
    ///
    /// The service deletes the original user and creates a new one, which keeps what the options
    /// select (documented). The new user may have another identifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::NamespaceMigrationOptions;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_namespace(serde_json::json!({"code": "customers"}))?;
    /// # let maija = serde_json::json!({"username": "maija", "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// let mut options = NamespaceMigrationOptions::new("customers");
    /// options.username = Some("maija.virtanen".to_owned());
    /// let moved = users.migrate_namespace(&id, &options).await?;
    ///
    /// assert_eq!(moved.username.as_deref(), Some("maija.virtanen"));
    /// assert_eq!(moved.id.as_ref(), Some(&id)); // kept by default, as is the profile
    /// assert_eq!(moved.nick_name.as_deref(), Some("Mai"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user or the namespace does not exist, or the username is taken in that namespace.
    pub async fn migrate_namespace(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<User> {
        self.client.send(Call::of(&MIGRATE_NAMESPACE, &[user.as_str()]).json(options)).await
    }
}

static MIGRATE_NAMESPACE: Operation = Operation::post(
    "users.migrate_namespace",
    "/api/rest/v1/user/{userId}/migratenamespace",
    Safety::NotIdempotent,
)
.returns(ResponseShape::Member("id"));

pub(crate) const OPERATIONS: &[&Operation] = &[&MIGRATE_NAMESPACE];
