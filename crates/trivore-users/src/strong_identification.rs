//! Strong identification: proofs of a user's identity.

use trivore_models::{
    NewStrongIdentification, Page, PageRequest, StrongIdentification, StrongIdentificationId,
    UserId,
};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;
use crate::page_call::paged;

impl Users {
    /// Reads the latest strong identification of a user.
    ///
    /// Without the permission `ACCOUNT_VIEW_PERSONAL_ID`, the personal identity code is censored
    /// (documented).
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn strong_identification(&self, user: &UserId) -> Result<StrongIdentification> {
        self.send_or_default(Call::of(&STRONG_IDENTIFICATION, &[user.as_str()])).await
    }

    /// Reports that a user has been strongly identified.
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
        self.client.send(paged(call, request)).await
    }

    /// Reads one entry of a user's strong identifications.
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
}

static STRONG_IDENTIFICATION: Operation = Operation::get(
    "users.strong_identification",
    "/api/rest/v1/user/{userId}/strongidentification",
);
static REPORT_STRONG_IDENTIFICATION: Operation = Operation::post(
    "users.report_strong_identification",
    "/api/rest/v1/user/{userId}/strongidentification",
    Safety::NotIdempotent,
);
static STRONG_IDENTIFICATION_HISTORY: Operation = Operation::get(
    "users.strong_identification_history",
    "/api/rest/v1/user/{userId}/strongidentification/history",
);
static STRONG_IDENTIFICATION_ENTRY: Operation = Operation::get(
    "users.strong_identification_entry",
    "/api/rest/v1/user/{userId}/strongidentification/history/{entryId}",
);

pub(crate) const OPERATIONS: &[&Operation] = &[
    &STRONG_IDENTIFICATION,
    &REPORT_STRONG_IDENTIFICATION,
    &STRONG_IDENTIFICATION_HISTORY,
    &STRONG_IDENTIFICATION_ENTRY,
];
