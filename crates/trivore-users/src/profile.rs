//! The profile that users read and change themselves.

use trivore_models::{Profile, UserId};
use trivore_transport::{Call, Operation, ResponseShape, Result, Safety};

use crate::Users;
use crate::users::{check_body, with_body, writable};

impl Users {
    /// Reads a user's profile.
    ///
    /// This requires a user's access token; a Management API client cannot read profiles
    /// (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_transport::{Credentials, OidcClient, OidcGrant};
    /// use trivore_users::Users;
    ///
    /// # use trivore_transport::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let (name, secret) = ("maija", "Sininen-Kuu-42");
    /// # let maija = serde_json::json!({"username": name, "password": secret, "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// let app = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
    /// let maija = Credentials::token(OidcGrant::password(app, "maija@sandbox", "Sininen-Kuu-42"));
    /// let client = Client::builder(sandbox.url()).credentials(maija);
    /// # let client = client.service(sandbox.service());
    /// let users = Users::new(client.build()?);
    ///
    /// let profile = users.profile(&id).await?;
    /// assert_eq!(profile.nick_name.as_deref(), Some("Mai"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier.
    pub async fn profile(&self, user: &UserId) -> Result<Profile> {
        self.client.send(Call::of(&PROFILE, &[user.as_str()])).await
    }

    /// Writes the fields of a user's profile that are set, and returns the whole profile.
    ///
    /// Its read-only fields are left out; see [`Profile::without_read_only_fields`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Consents, Profile};
    ///
    /// # use trivore_transport::{Client, Credentials, OidcClient, OidcGrant};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let (name, secret) = ("maija", "Sininen-Kuu-42");
    /// # let maija = serde_json::json!({"username": name, "password": secret, "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// # let app = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
    /// # let maija = Credentials::token(OidcGrant::password(app, "maija@sandbox", secret));
    /// # let client = Client::builder(sandbox.url()).credentials(maija).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let mut consents = Consents::default();
    /// consents.marketing_email = Some(false);
    /// let mut changed = Profile::new();
    /// changed.consents = Some(consents);
    /// let profile = users.update_profile(&id, &changed).await?;
    ///
    /// assert_eq!(profile.consents.and_then(|consents| consents.marketing_email), Some(false));
    /// assert_eq!(profile.nick_name.as_deref(), Some("Mai")); // not sent, so unchanged
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier; only
    /// read-only fields are set; [`check_depth`](trivore_models::check_depth) or
    /// [`check_members`](trivore_models::check_members) rejects the profile.
    pub async fn update_profile(&self, user: &UserId, profile: &Profile) -> Result<Profile> {
        let call = Call::of(&UPDATE_PROFILE, &[user.as_str()]);
        let body =
            check_body(profile).and_then(|()| writable(profile, Profile::without_read_only_fields));
        self.client.send(with_body(call, body)).await
    }
}

static PROFILE: Operation = Operation::get("users.profile", "/api/rest/v1/user/{userId}/profile")
    .returns(ResponseShape::NoError);
static UPDATE_PROFILE: Operation = Operation::put(
    "users.update_profile",
    "/api/rest/v1/user/{userId}/profile",
    Safety::Idempotent,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[&PROFILE, &UPDATE_PROFILE];
