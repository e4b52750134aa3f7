//! Strong identification: proofs of a user's identity.

use trivore_models::{
    Extra, NewStrongIdentification, Page, PageRequest, StrongIdentification,
    StrongIdentificationId, UserId,
};
use trivore_transport::{Call, Operation, ResponseShape, Result, Safety};

use crate::Users;
use crate::page_rows::Unreadable;
use crate::users::check_body;

impl Users {
    /// Reads the latest strong identification of a user.
    ///
    /// Without the permission `ACCOUNT_VIEW_PERSONAL_ID`, the personal identity code is censored
    /// (documented).
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
    /// # let report = trivore_models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report).await?;
    /// let latest = users.strong_identification(&id).await?;
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
    pub async fn strong_identification(&self, user: &UserId) -> Result<StrongIdentification> {
        self.send_or_default(Call::of(&STRONG_IDENTIFICATION, &[user.as_str()])).await
    }

    /// Reports that a user has been strongly identified.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::NewStrongIdentification;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let report = NewStrongIdentification {
    ///     personal_id: "131052-308T".into(),
    ///     remarks: Some("passport shown at the front desk".to_owned()),
    /// };
    /// let identification = users.report_strong_identification(&id, &report).await?;
    ///
    /// assert_eq!(identification.identified, Some(true));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn report_strong_identification(
        &self,
        user: &UserId,
        report: &NewStrongIdentification,
    ) -> Result<StrongIdentification> {
        let call = Call::of(&REPORT_STRONG_IDENTIFICATION, &[user.as_str()]).json(report);
        self.client.send(call).await
    }

    /// Reads one page of a user's strong identifications.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{PageRequest, Sort};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let report = trivore_models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report).await?;
    /// let latest_first = PageRequest::new().count(10).sort(Sort::descending("time"));
    /// let page = users.strong_identification_history(&id, &latest_first).await?;
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
    pub async fn strong_identification_history(
        &self,
        user: &UserId,
        request: &PageRequest,
    ) -> Result<Page<StrongIdentification>> {
        let call = Call::of(&STRONG_IDENTIFICATION_HISTORY, &[user.as_str()]);
        self.send_paged(call, request, Unreadable::Fails).await.map(|rows| rows.page)
    }

    /// Reads one entry of a user's strong identifications.
    ///
    /// It is not known which field holds the identifier of an entry; the example assumes `id`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{PageRequest, StrongIdentificationId};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let report = trivore_models::NewStrongIdentification {
    /// #     personal_id: "131052-308T".into(),
    /// #     remarks: Some("passport".to_owned()),
    /// # };
    /// # let reported = users.report_strong_identification(&id, &report).await?;
    /// let history = users.strong_identification_history(&id, &PageRequest::new()).await?;
    /// let entry = history.resources[0].extra.get("id").and_then(|id| id.as_str());
    /// let entry = StrongIdentificationId::from(entry.ok_or("the entry has no identifier")?);
    /// let identification = users.strong_identification_entry(&id, &entry).await?;
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
    pub async fn strong_identification_entry(
        &self,
        user: &UserId,
        entry: &StrongIdentificationId,
    ) -> Result<StrongIdentification> {
        let values = &[user.as_str(), entry.as_str()];
        self.client.send(Call::of(&STRONG_IDENTIFICATION_ENTRY, values)).await
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
    /// use trivore_models::Extra;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// // The names of the sandbox, which are inferred.
    /// let mut request = Extra::default();
    /// request.insert("successRedirectUri", "https://shop.example.com/identified");
    /// request.insert("failureRedirectUri", "https://shop.example.com/not-identified");
    /// let response = users.start_strong_identification(&id, &request).await?;
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
    pub async fn start_strong_identification(
        &self,
        user: &UserId,
        request: &Extra,
    ) -> Result<Extra> {
        let call = Call::of(&START_STRONG_IDENTIFICATION, &[user.as_str()]);
        self.client.send(call.check(check_body(request)).json(request)).await
    }
}

pub(crate) static STRONG_IDENTIFICATION: Operation = Operation::get(
    "users.strong_identification",
    "/api/rest/v1/user/{userId}/strongidentification",
)
.returns(ResponseShape::NoError);
static REPORT_STRONG_IDENTIFICATION: Operation = Operation::post(
    "users.report_strong_identification",
    "/api/rest/v1/user/{userId}/strongidentification",
    Safety::NotIdempotent,
)
.returns(ResponseShape::NoError);
static STRONG_IDENTIFICATION_HISTORY: Operation = Operation::get(
    "users.strong_identification_history",
    "/api/rest/v1/user/{userId}/strongidentification/history",
);
static STRONG_IDENTIFICATION_ENTRY: Operation = Operation::get(
    "users.strong_identification_entry",
    "/api/rest/v1/user/{userId}/strongidentification/history/{entryId}",
)
.returns(ResponseShape::NoError);
static START_STRONG_IDENTIFICATION: Operation = Operation::post(
    "users.start_strong_identification",
    "/api/rest/v1/user/{userId}/strongidentification/interactive",
    Safety::NotIdempotent,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[
    &STRONG_IDENTIFICATION,
    &REPORT_STRONG_IDENTIFICATION,
    &STRONG_IDENTIFICATION_HISTORY,
    &STRONG_IDENTIFICATION_ENTRY,
    &START_STRONG_IDENTIFICATION,
];
