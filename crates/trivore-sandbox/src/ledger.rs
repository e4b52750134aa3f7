//! What really happened: every applied change and every message sent, once each.

use serde::Serialize;

/// One applied change, or one message sent.
///
/// Tests compare the ledger with what a client believes to have done. One call may leave several
/// entries: a user that brings groups along, a namespace that goes with what it holds, an
/// invitation of several people.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// When it happened, ISO 8601 in UTC.
    pub time: String,
    /// What was changed: `user`, `group`, `namespace`, `role`, `token` or `message`.
    pub kind: &'static str,
    /// What was done, for example `create` or `change-password`.
    pub operation: &'static str,
    /// Identifier of what was changed; for a message of the user it concerns, else its recipient.
    pub id: String,
}
