//! Faults of a running sandbox.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::fault::Fault;
use super::invalid::InvalidFault;
use crate::sandbox::Sandbox;

impl Sandbox {
    /// Puts a fault into force, behind those that are in force already.
    ///
    /// A request is struck by the first fault that means it and has hits left.
    ///
    /// # Errors
    ///
    /// The fault could never do what it says, for example because no operation has its route.
    pub fn inject(&self, fault: Fault) -> Result<InjectedFault, InvalidFault> {
        self.shared().lock().faults.add(fault)
    }

    /// Returns all faults injected and not removed, also those that have no hits left.
    pub fn faults(&self) -> Vec<InjectedFault> {
        self.shared().lock().faults.list()
    }

    /// Removes one fault; calls that it struck already stay struck.
    pub fn remove_fault(&self, fault: &InjectedFault) {
        self.shared().lock().faults.remove(fault.id);
    }

    /// Removes all faults; calls that they struck already stay struck.
    pub fn clear_faults(&self) {
        self.shared().lock().faults.clear();
    }
}

/// A fault that was put into force, with the number of its hits.
///
/// It counts on, also when it is a clone, and keeps its number when the fault is removed.
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

    /// Returns the number by which [`RecordedRequest::fault`](crate::RecordedRequest::fault) and
    /// `/sandbox/faults` name it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns the script.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Returns how many calls it has struck.
    ///
    /// A call counts once the change is applied, where the fault applies it.
    pub fn hits(&self) -> u64 {
        *self.hits.borrow()
    }

    /// Says whether it has struck as often as it was to.
    pub fn is_used_up(&self) -> bool {
        self.fault.times.is_some_and(|times| self.hits() >= times)
    }

    /// Waits until it has struck so many calls, and says whether it has.
    ///
    /// It has not when the fault was removed before.
    pub async fn reached(&self, hits: u64) -> bool {
        self.hits.clone().wait_for(|now| *now >= hits).await.is_ok()
    }

    pub(super) fn to_json(&self) -> Value {
        let mut shown = json!({"id": self.id, "hits": self.hits()});
        let fault = serde_json::to_value(&*self.fault);
        if let (Some(shown), Ok(Value::Object(fault))) = (shown.as_object_mut(), fault) {
            shown.extend(fault);
        }
        shown
    }
}
