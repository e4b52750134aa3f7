//! Faults that were injected into a running sandbox.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::fault::Fault;

/// An injected fault, with the number of calls that it has affected.
///
/// All clones show the current number of hits, which stays readable after the fault is removed.
#[derive(Clone, Debug)]
pub struct InjectedFault {
    id: u64,
    fault: Arc<Fault>,
    hits: watch::Receiver<u64>,
}

impl InjectedFault {
    pub(super) fn new(id: u64, fault: Arc<Fault>, hits: watch::Receiver<u64>) -> Self {
        Self { id, fault, hits }
    }

    /// Returns the identifier, as in [`RecordedRequest::fault`](crate::RecordedRequest::fault) and
    /// `/sandbox/faults`.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns the script.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Returns how many calls the fault has affected.
    ///
    /// If the fault applies the call, the hit is counted after that. The exception is
    /// [`delay_before_applying`](Fault::delay_before_applying), which counts it before the wait.
    pub fn hits(&self) -> u64 {
        *self.hits.borrow()
    }

    /// Returns whether the fault has reached its limit of [`times`](Fault::times).
    pub fn is_used_up(&self) -> bool {
        self.fault.times.is_some_and(|times| self.hits() >= times)
    }

    /// Waits until the fault has affected a number of calls.
    ///
    /// Returns `false` if the fault was removed before that.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Method, Request};
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let fault = sandbox.inject(Fault::no_response().on(Method::GET, "/user"))?;
    /// let request = Request::get("/api/rest/v1/user").body(String::new())?;
    /// let call = tokio::spawn(sandbox.service().oneshot(request));
    ///
    /// // From here on, the request is in flight and never gets a response.
    /// assert!(fault.reached(1).await);
    /// call.abort();
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reached(&self, hits: u64) -> bool {
        self.hits.clone().wait_for(|now| *now >= hits).await.is_ok()
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut shown = json!({"id": self.id, "hits": self.hits()});
        let fault = serde_json::to_value(&*self.fault);
        if let (Some(shown), Ok(Value::Object(fault))) = (shown.as_object_mut(), fault) {
            shown.extend(fault);
        }
        shown
    }
}
