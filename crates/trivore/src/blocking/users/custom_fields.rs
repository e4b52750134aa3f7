//! Custom fields: small data that an application stores with a user.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use trivore_models::{CustomFields, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the custom fields of a user; empty if there are none.
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
    /// # let fields = serde_json::json!({"employeeNumber": 1234});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let fields = users.custom_fields(&id)?;
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
    pub fn custom_fields(&self, user: &UserId) -> Result<CustomFields> {
        self.runtime.run(self.inner.custom_fields(user))
    }

    /// Writes the given custom fields of a user, and leaves the others unchanged (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::CustomFields;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let fields = serde_json::json!({"office": "Turku"});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let mut fields = CustomFields::new();
    /// fields.insert("employeeNumber", 1234);
    /// users.update_custom_fields(&id, &fields)?;
    ///
    /// let stored = users.custom_fields(&id)?;
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
    pub fn update_custom_fields(&self, user: &UserId, fields: &CustomFields) -> Result<()> {
        self.runtime.run(self.inner.update_custom_fields(user, fields))
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
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let fields = serde_json::json!({"office": {"city": "Turku"}});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// let office: Option<Office> = users.custom_field(&id, "office")?;
    ///
    /// assert_eq!(office.unwrap().city, "Turku");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The field has another type; no user has this identifier.
    pub fn custom_field<T: DeserializeOwned>(
        &self,
        user: &UserId,
        name: &str,
    ) -> Result<Option<T>> {
        self.runtime.run(self.inner.custom_field(user, name))
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
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// users.set_custom_field(&id, "languages", &["fi", "sv"])?;
    ///
    /// let languages: Option<Vec<String>> = users.custom_field(&id, "languages")?;
    /// assert_eq!(languages.unwrap(), ["fi", "sv"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The name contains `.` or starts with `$` (both documented as not allowed); the value cannot
    /// be written as JSON; no user has this identifier.
    pub fn set_custom_field<T: Serialize + Sync + ?Sized>(
        &self,
        user: &UserId,
        name: &str,
        value: &T,
    ) -> Result<()> {
        self.runtime.run(self.inner.set_custom_field(user, name, value))
    }

    /// Deletes all custom fields of a user.
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
    /// # let fields = serde_json::json!({"office": "Turku"});
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": fields}))?.into();
    /// users.delete_custom_fields(&id)?;
    ///
    /// assert!(users.custom_fields(&id)?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn delete_custom_fields(&self, user: &UserId) -> Result<()> {
        self.runtime.run(self.inner.delete_custom_fields(user))
    }
}
