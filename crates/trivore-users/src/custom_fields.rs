//! Custom fields: small data that an application stores with a user.

use serde::Serialize;
use serde::de::DeserializeOwned;
use trivore_models::{CustomFields, UserId};
use trivore_transport::{Call, Error, Operation, ResponseShape, Result, Safety, decode_json};

use crate::Users;

impl Users {
    /// Reads the custom fields of a user; empty if there are none.
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
    /// # let fields = serde_json::json!({"employeeNumber": 1234});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let fields = users.custom_fields(&id).await?;
    ///
    /// assert_eq!(fields.get_as::<u32>("employeeNumber")?, Some(1234));
    /// assert_eq!(fields.get("shoeSize"), None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn custom_fields(&self, user: &UserId) -> Result<CustomFields> {
        self.send_or_default(Call::of(&CUSTOM_FIELDS, &[user.as_str()])).await
    }

    /// Writes the given custom fields of a user, and leaves the others unchanged (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::CustomFields;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let fields = serde_json::json!({"office": "Turku"});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let mut fields = CustomFields::new();
    /// fields.insert("employeeNumber", 1234);
    /// users.update_custom_fields(&id, &fields).await?;
    ///
    /// let stored = users.custom_fields(&id).await?;
    /// assert_eq!(stored.len(), 2);
    /// assert_eq!(stored.get_as::<String>("office")?.as_deref(), Some("Turku"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A name contains `.` or starts with `$` (both documented as not allowed); no user has
    /// this identifier.
    pub async fn update_custom_fields(&self, user: &UserId, fields: &CustomFields) -> Result<()> {
        let call = Call::of(&UPDATE_CUSTOM_FIELDS, &[user.as_str()])
            .check(fields.validate().map_err(Error::input))
            .json(fields);
        self.client.execute(call).await
    }

    /// Reads one custom field of a user as any type; a missing field and `null` are `None`.
    ///
    /// The service has no request for one field (none is documented), so all are read.
    ///
    /// # Examples
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Office {
    ///     city: String,
    /// }
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let fields = serde_json::json!({"office": {"city": "Turku"}});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let office: Option<Office> = users.custom_field(&id, "office").await?;
    ///
    /// assert_eq!(office.unwrap().city, "Turku");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The field has another type; no user has this identifier.
    pub async fn custom_field<T: DeserializeOwned>(
        &self,
        user: &UserId,
        name: &str,
    ) -> Result<Option<T>> {
        let fields = self.custom_fields(user).await?;
        let Some(value) = fields.get(name) else { return Ok(None) };
        let json = serde_json::to_vec(value).map_err(Error::configuration)?;
        decode_json(&json).map_err(|error| error.within("customField").into_error(&CUSTOM_FIELDS))
    }

    /// Writes one custom field of a user from any type, and leaves the others unchanged
    /// (documented).
    ///
    /// `None` writes a `null`, which [`custom_field`](Self::custom_field) reads as `None`. The
    /// service may store it, or remove the field (neither is documented).
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// users.set_custom_field(&id, "languages", &["fi", "sv"]).await?;
    ///
    /// let languages: Option<Vec<String>> = users.custom_field(&id, "languages").await?;
    /// assert_eq!(languages.unwrap(), ["fi", "sv"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The name contains `.` or starts with `$` (both documented as not allowed); the value cannot
    /// be written as JSON; no user has this identifier.
    pub async fn set_custom_field<T: Serialize + Sync + ?Sized>(
        &self,
        user: &UserId,
        name: &str,
        value: &T,
    ) -> Result<()> {
        let mut fields = CustomFields::new();
        fields.insert_as(name, value).map_err(Error::input)?;
        self.update_custom_fields(user, &fields).await
    }

    /// Deletes all custom fields of a user.
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
    /// # let fields = serde_json::json!({"office": "Turku"});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// users.delete_custom_fields(&id).await?;
    ///
    /// assert!(users.custom_fields(&id).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn delete_custom_fields(&self, user: &UserId) -> Result<()> {
        self.client.execute(Call::of(&DELETE_CUSTOM_FIELDS, &[user.as_str()])).await
    }
}

static CUSTOM_FIELDS: Operation =
    Operation::get("users.custom_fields", "/api/rest/v1/user/{userId}/customfields");
static UPDATE_CUSTOM_FIELDS: Operation = Operation::post(
    "users.update_custom_fields",
    "/api/rest/v1/user/{userId}/customfields",
    Safety::Idempotent,
);
static DELETE_CUSTOM_FIELDS: Operation = Operation::delete(
    "users.delete_custom_fields",
    "/api/rest/v1/user/{userId}/customfields",
    Safety::Idempotent,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&CUSTOM_FIELDS, &UPDATE_CUSTOM_FIELDS, &DELETE_CUSTOM_FIELDS];
