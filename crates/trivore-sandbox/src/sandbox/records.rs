//! What a sandbox has recorded: messages, requests, changes.

use super::handle::Sandbox;
use crate::server::request_log::RecordedRequest;
use crate::store::ledger::LedgerEntry;
use crate::store::outbox::Outbox;

impl Sandbox {
    /// Returns the messages sent since the start or the last [`take_outbox`](Self::take_outbox).
    pub fn outbox(&self) -> Outbox {
        self.shared().state().outbox.clone()
    }

    /// Returns the messages and clears the outbox.
    pub fn take_outbox(&self) -> Outbox {
        std::mem::take(&mut self.shared().state().outbox)
    }

    /// Returns the received requests, oldest first.
    ///
    /// The newest 10,000 requests are kept, and fewer if their bodies exceed 32 MiB in total.
    /// Requests under `/sandbox/` are not recorded.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, StatusCode};
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let request = Request::get("/api/rest/v1/user?count=1").body(String::new())?;
    /// sandbox.service().oneshot(request).await?;
    ///
    /// let requests = sandbox.requests();
    /// assert_eq!(requests[0].path, "/api/rest/v1/user");
    /// assert_eq!(requests[0].query.as_deref(), Some("count=1"));
    /// assert_eq!(requests[0].status, Some(StatusCode::UNAUTHORIZED));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared().requests().all()
    }

    /// Clears the received requests.
    pub fn clear_requests(&self) {
        self.shared().requests().clear();
    }

    /// Returns all applied changes and sent messages since the start or the last
    /// [`clear_ledger`](Self::clear_ledger).
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared().state().ledger.clone()
    }

    /// Clears the ledger.
    pub fn clear_ledger(&self) {
        self.shared().state().ledger.clear();
    }
}
