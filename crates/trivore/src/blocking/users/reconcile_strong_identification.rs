//! Looks up a strong identification that may have been reported.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{NewStrongIdentification, StrongIdentification, UserId};
use trivore_users::{Reconciled, Result};

use crate::blocking::Reconcile;
#[cfg(doc)]
use crate::blocking::Users;

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
    /// use trivore::models::NewStrongIdentification;
    /// use trivore::users::Reconciled;
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
    /// let reconcile = users.reconcile(Duration::from_secs(30));
    ///
    /// let reconciled = reconcile.report_strong_identification(&id, &report)?;
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The identification could not be read, for another reason than that there is none.
    pub fn report_strong_identification(
        &self,
        user: &UserId,
        report: &NewStrongIdentification,
    ) -> Result<Reconciled<StrongIdentification>> {
        self.0.runtime.run(self.0.stream.report_strong_identification(user, report))
    }
}
