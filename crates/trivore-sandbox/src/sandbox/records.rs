//! What a sandbox has recorded: messages, requests, changes.

use super::handle::Sandbox;
use crate::server::request_log::RecordedRequest;
use crate::store::ledger::LedgerEntry;
use crate::store::outbox::Outbox;

impl Sandbox {
    /// Returns the messages sent since the start or the last [`take_outbox`](Self::take_outbox).
    ///
    /// The newest messages are kept, within 32 MiB.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.shared().read().outbox.iter().cloned().collect())
    }

    /// Returns the messages and clears the outbox.
    pub fn take_outbox(&self) -> Outbox {
        let mut state = self.shared().state();
        let messages = state.outbox.iter().cloned().collect();
        state.outbox.clear();
        Outbox::new(messages)
    }

    /// Returns the received requests, oldest first.
    ///
    /// The newest requests are kept, within 32 MiB for their targets, headers and bodies.
    /// Requests under `/sandbox/`, for `/`, `/favicon.ico`, `/health` and `/ready`, with the header
    /// `X-Sandbox-Bypass: true`, and those that are refused before they are handled are not recorded.
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
        self.shared().requests().iter().cloned().collect()
    }

    /// Clears the received requests.
    pub fn clear_requests(&self) {
        self.shared().clear_requests();
    }

    /// Returns all applied changes and sent messages since the start or the last
    /// [`clear_ledger`](Self::clear_ledger).
    ///
    /// The newest entries are kept, within 64 MiB, which allows some 400,000.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared().read().ledger.iter().cloned().collect()
    }

    /// Clears the ledger.
    pub fn clear_ledger(&self) {
        self.shared().state().ledger.clear();
    }
}
