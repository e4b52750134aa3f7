//! Custom fields: small data that an application stores with a user.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

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
