//! Records every applied change and every sent message, once each.

use serde::Serialize;

use crate::values::bounded_log::BoundedLog;

/// Applied changes, oldest first.
pub(crate) type Ledger = BoundedLog<LedgerEntry>;

/// One applied change, or one sent message.
///
/// A test can compare the ledger with what the client reports. One call may add several entries,
/// for example if it creates a user and groups, deletes a namespace with its content, or invites
/// several people.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let id = sandbox.add_user(json!({"memberOf": ["Staff"]}))?;
///
/// let ledger = sandbox.ledger();
/// let changes: Vec<_> = ledger.iter().map(|entry| (entry.kind, entry.operation)).collect();
/// assert_eq!(changes, [("group", "create"), ("user", "create")]);
/// assert_eq!(ledger[1].id, id);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// Time of the change, in ISO 8601 and UTC.
    pub time: String,
    /// Kind of object: `user`, `group`, `namespace`, `role`, `token`, `session` or `message`.
    pub kind: &'static str,
    /// Operation, for example `create` or `change-password`.
    pub operation: &'static str,
    /// Identifier of the object.
    ///
    /// For a message, it is the identifier of the user whom it concerns, or else the recipient. For
    /// a token, it is the identifier of the user or the OIDC client, and for the session of a
    /// browser, that of the user.
    pub id: String,
}

impl LedgerEntry {
    /// Returns about how many bytes of memory this takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.time.len() + self.id.len()
    }
}

/// Limit on the bytes of all entries, which allows some 400,000.
pub(crate) const MAX_LEDGER_BYTES: usize = 64 << 20;
