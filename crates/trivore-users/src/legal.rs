//! Legal information: a person's names, domicile and status in official registers.

use trivore_models::{LegalInfo, UserId};
use trivore_transport::{Call, Operation, ResponseShape, Result};

use crate::Users;

impl Users {
    /// Reads a user's legal information, which comes from governmental sources only.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # let legal = serde_json::json!({"lastName": "Virtanen", "domicile": {"code": "853"}});
    /// # sandbox.set_legal_info(&id, legal)?;
    /// # let id = id.into();
    /// let legal = users.legal_info(&id).await?;
    ///
    /// assert_eq!(legal.last_name.as_deref(), Some("Virtanen"));
    /// assert_eq!(legal.domicile.and_then(|domicile| domicile.code).as_deref(), Some("853"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn legal_info(&self, user: &UserId) -> Result<LegalInfo> {
        self.send_or_default(Call::of(&LEGAL_INFO, &[user.as_str()])).await
    }
}

static LEGAL_INFO: Operation =
    Operation::get("users.legal_info", "/api/rest/v1/user/{userId}/legal")
        .returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[&LEGAL_INFO];
