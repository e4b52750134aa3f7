//! Enterprise data of accounts that represent a legal entity.

use trivore_models::{Enterprise, UserId};
use trivore_transport::{Call, Operation, ResponseShape, Result, Safety};

use crate::Users;
use crate::users::{check_body, with_body, writable};

impl Users {
    /// Reads the enterprise data of a user.
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
    /// # let id = sandbox.add_user(serde_json::json!({"userAccountType": "LEGAL_ENTITY"}))?.into();
    /// # let mut enterprise = trivore_models::Enterprise::new();
    /// # enterprise.business_id = Some("2345678-9".to_owned());
    /// # users.update_enterprise(&id, &enterprise).await?;
    /// let enterprise = users.enterprise(&id).await?;
    ///
    /// assert_eq!(enterprise.business_id.as_deref(), Some("2345678-9"));
    /// assert_eq!(enterprise.vat_id, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn enterprise(&self, user: &UserId) -> Result<Enterprise> {
        self.send_or_default(Call::of(&ENTERPRISE, &[user.as_str()])).await
    }

    /// Writes the fields of a user's enterprise data that are set.
    ///
    /// The read-only field `meta` is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Enterprise;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"userAccountType": "LEGAL_ENTITY"}))?.into();
    /// let mut enterprise = Enterprise::new();
    /// enterprise.trade_name = Some("Esimerkki Oy".to_owned());
    /// enterprise.business_id = Some("2345678-9".to_owned());
    /// let written = users.update_enterprise(&id, &enterprise).await?;
    ///
    /// assert_eq!(written.trade_name.as_deref(), Some("Esimerkki Oy"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier; only `meta` is set;
    /// [`check_depth`](trivore_models::check_depth) or
    /// [`check_members`](trivore_models::check_members) rejects the data.
    pub async fn update_enterprise(
        &self,
        user: &UserId,
        enterprise: &Enterprise,
    ) -> Result<Enterprise> {
        let call = Call::of(&UPDATE_ENTERPRISE, &[user.as_str()]);
        let body = check_body(enterprise)
            .and_then(|()| writable(enterprise, Enterprise::without_read_only_fields));
        self.client.send(with_body(call, body)).await
    }
}

static ENTERPRISE: Operation =
    Operation::get("users.enterprise", "/api/rest/v1/user/{userId}/enterprise")
        .returns(ResponseShape::NoError);
static UPDATE_ENTERPRISE: Operation = Operation::put(
    "users.update_enterprise",
    "/api/rest/v1/user/{userId}/enterprise",
    Safety::Idempotent,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[&ENTERPRISE, &UPDATE_ENTERPRISE];
