//! Strong identification: proofs of a user's identity.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{
    Extra, NewStrongIdentification, Page, PageRequest, StrongIdentification,
    StrongIdentificationId, UserId,
};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the latest strong identification of a user.
    ///
    /// Without the permission `ACCOUNT_VIEW_PERSONAL_ID`, the personal identity code is censored
    /// (documented).
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
    /// # let report = trivore::models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report)?;
    /// let latest = users.strong_identification(&id)?;
    ///
    /// assert_eq!(latest.identified, Some(true));
    /// assert_eq!(latest.count, Some(1));
    /// # assert_eq!(latest.time, reported.time);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn strong_identification(&self, user: &UserId) -> Result<StrongIdentification> {
        self.runtime.run(self.inner.strong_identification(user))
    }

    /// Reports that a user has been strongly identified.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::NewStrongIdentification;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let report = NewStrongIdentification {
    ///     personal_id: "131052-308T".into(),
    ///     remarks: Some("passport shown at the front desk".to_owned()),
    /// };
    /// let identification = users.report_strong_identification(&id, &report)?;
    ///
    /// assert_eq!(identification.identified, Some(true));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn report_strong_identification(
        &self,
        user: &UserId,
        report: &NewStrongIdentification,
    ) -> Result<StrongIdentification> {
        self.runtime.run(self.inner.report_strong_identification(user, report))
    }

    /// Reads one page of a user's strong identifications.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{PageRequest, Sort};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let report = trivore::models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report)?;
    /// let latest_first = PageRequest::new().count(10).sort(Sort::descending("time"));
    /// let page = users.strong_identification_history(&id, &latest_first)?;
    ///
    /// assert_eq!(page.total_results, Some(1));
    /// assert_eq!(page.resources[0].remarks.as_deref(), Some("passport"));
    /// # assert_eq!(page.resources[0].time, reported.time);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The request asks for more than 500 entries or has an invalid filter; no user has
    /// this identifier.
    pub fn strong_identification_history(
        &self,
        user: &UserId,
        request: &PageRequest,
    ) -> Result<Page<StrongIdentification>> {
        self.runtime.run(self.inner.strong_identification_history(user, request))
    }

    /// Reads one entry of a user's strong identifications.
    ///
    /// It is not known which field holds the identifier of an entry; the example assumes `id`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{PageRequest, StrongIdentificationId};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let report = trivore::models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report)?;
    /// let history = users.strong_identification_history(&id, &PageRequest::new())?;
    /// let entry = history.resources[0].extra.get("id").and_then(|id| id.as_str());
    /// let entry = StrongIdentificationId::from(entry.ok_or("the entry has no identifier")?);
    /// let identification = users.strong_identification_entry(&id, &entry)?;
    ///
    /// assert_eq!(identification, history.resources[0]);
    /// # assert_eq!(identification.time, reported.time);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user or entry has this identifier.
    pub fn strong_identification_entry(
        &self,
        user: &UserId,
        entry: &StrongIdentificationId,
    ) -> Result<StrongIdentification> {
        self.runtime.run(self.inner.strong_identification_entry(user, entry))
    }

    /// Starts a strong identification in the browser of a user.
    ///
    /// The request contains an address to return to after success, and one after a failure. The
    /// response contains a URL to send the browser to, which is valid for a short time
    /// (documented). The names of these members are not public, so request and response are open
    /// maps; ask the operator of the installation for the names.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::Extra;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// // The names of the sandbox, which are inferred.
    /// let mut request = Extra::default();
    /// request.insert("successRedirectUri", "https://shop.example.com/identified");
    /// request.insert("failureRedirectUri", "https://shop.example.com/not-identified");
    /// let response = users.start_strong_identification(&id, &request)?;
    ///
    /// let url = response.get("url").and_then(|url| url.as_str());
    /// assert!(url.is_some_and(|url| url.starts_with("http")));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier; [`check_depth`](trivore_models::check_depth) rejects the
    /// request.
    pub fn start_strong_identification(&self, user: &UserId, request: &Extra) -> Result<Extra> {
        self.runtime.run(self.inner.start_strong_identification(user, request))
    }
}
