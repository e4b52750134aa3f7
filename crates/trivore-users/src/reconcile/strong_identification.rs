//! Looks up a strong identification that may have been reported.

use trivore_models::{NewStrongIdentification, StrongIdentification, UserId};
use trivore_transport::{Call, Result};

use super::call_start::Happened;
use super::{Reconcile, Reconciled};
use crate::strong_identification::STRONG_IDENTIFICATION;

impl Reconcile {
    /// Looks up a strong identification that [`Users::report_strong_identification`] was to
    /// report.
    ///
    /// It was reported if the user's latest identification is not older than the call, and has the
    /// same remarks and personal identity code. A code that the client may not see is not compared.
    /// If the latest one is new but differs, it cannot be told.
    ///
    /// [`Users::report_strong_identification`]: crate::Users::report_strong_identification
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_models::NewStrongIdentification;
    /// use trivore_users::Reconciled;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
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
    /// let reconcile = users.reconcile(Duration::from_secs(30));
    ///
    /// let reconciled = reconcile.report_strong_identification(&id, &report).await?;
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The identification could not be read, for another reason than that there is none.
    pub async fn report_strong_identification(
        &self,
        user: &UserId,
        report: &NewStrongIdentification,
    ) -> Result<Reconciled<StrongIdentification>> {
        self.repeat(|| self.latest(user, report)).await
    }

    async fn latest(
        &self,
        user: &UserId,
        report: &NewStrongIdentification,
    ) -> Result<Reconciled<StrongIdentification>> {
        let call = Call::<()>::of(&STRONG_IDENTIFICATION, &[user.as_str()]);
        let (latest, start): (Option<StrongIdentification>, _) =
            match self.start.read(&self.users, call).await {
                Ok(found) => found,
                // No such user, or the user was never identified.
                Err(error) if error.is_not_found() => {
                    return self.users.get(user).await.map(|_| Reconciled::NotApplied);
                }
                Err(error) => return Err(error),
            };
        let latest = latest.unwrap_or_default();
        if latest.identified != Some(true) && latest.time.is_none() {
            return Ok(Reconciled::NotApplied);
        }
        let is_same_person = latest.personal_id.as_ref().is_none_or(|stored| {
            let stored = stored.expose();
            stored == report.personal_id.expose() || is_censored(stored)
        });
        let remarks = |text: &Option<String>| text.clone().unwrap_or_default();
        let is_same = is_same_person && remarks(&latest.remarks) == remarks(&report.remarks);
        Ok(match start.compare(latest.time.as_ref()) {
            Happened::Before => Reconciled::NotApplied,
            Happened::After if is_same => Reconciled::Applied(latest),
            Happened::After | Happened::Unclear => Reconciled::Unknown,
        })
    }
}

/// How the service censors is not documented.
fn is_censored(personal_id: &str) -> bool {
    personal_id.contains(['*', '\u{2022}']) || personal_id.is_empty()
}
