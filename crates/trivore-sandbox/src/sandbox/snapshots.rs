//! Takes a running sandbox back to an earlier state.

use thiserror::Error;

use super::handle::Sandbox;
use crate::values::api_error::ApiError;

impl Sandbox {
    /// Goes back to the start, with all objects and faults of the [`Builder`](crate::Builder).
    ///
    /// Users, groups, namespaces, roles, clients, tokens and rules are as they were. The clock loses
    /// what it was advanced by; real time goes on. The outbox, the ledger and the received requests
    /// are empty. With a [data file](crate::Builder::data), the start is what the file had when this
    /// sandbox started, with its outbox; the file gets it too. Snapshots are kept.
    ///
    /// A request that runs beside it meets either the old state with the old faults, or the new state
    /// with the new ones. No identifier of an object is given again.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().user(json!({"username": "jane"})).start().await?;
    /// let id = sandbox.add_user(json!({"username": "joe"}))?;
    ///
    /// sandbox.reset()?;
    /// assert!(sandbox.user_document(&id).is_none());
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The data file cannot be written, and nothing has changed.
    pub fn reset(&self) -> Result<(), RestoreError> {
        Ok(self.shared().reset()?)
    }

    /// Goes back to the start, without the objects and faults of the [`Builder`](crate::Builder),
    /// of a seed and of a data file.
    ///
    /// What is left is the namespace `sandbox`, the clients and rules of the builder, and the
    /// operator with its namespace `operators`, unless the builder left it out.
    ///
    /// # Errors
    ///
    /// The data file cannot be written, and nothing has changed.
    pub fn reset_to_empty(&self) -> Result<(), RestoreError> {
        Ok(self.shared().reset_to_empty()?)
    }

    /// Saves the state under a name, in place of an older snapshot of this name.
    ///
    /// A snapshot has all objects, clients, tokens, rules, the clock, the outbox and the ledger. It
    /// has neither the faults nor the received requests. It is kept in memory.
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
    /// sandbox.save_snapshot("before");
    /// let id = sandbox.add_user(json!({}))?;
    ///
    /// sandbox.restore_snapshot("before")?;
    /// assert!(sandbox.user_document(&id).is_none());
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn save_snapshot(&self, name: &str) {
        self.shared().save_snapshot(name);
    }

    /// Goes back to a snapshot, which is kept.
    ///
    /// # Errors
    ///
    /// No snapshot has this name, or the data file cannot be written. Nothing has changed then.
    pub fn restore_snapshot(&self, name: &str) -> Result<(), RestoreError> {
        Ok(self.shared().restore_snapshot(name)?)
    }

    /// Returns the names of all snapshots.
    pub fn snapshots(&self) -> Vec<String> {
        self.shared().snapshot_names()
    }

    /// Removes a snapshot, and returns whether it existed.
    pub fn remove_snapshot(&self, name: &str) -> bool {
        self.shared().remove_snapshot(name)
    }
}

/// The error when a sandbox cannot go back to an earlier state.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct RestoreError(String);

impl From<ApiError> for RestoreError {
    fn from(error: ApiError) -> Self {
        Self(error.message)
    }
}
