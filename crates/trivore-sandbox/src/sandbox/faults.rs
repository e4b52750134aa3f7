//! Injects faults into a running sandbox.

use super::handle::Sandbox;
use crate::faults::{Fault, InjectedFault, InvalidFault};

impl Sandbox {
    /// Activates a fault, after the faults that are already active.
    ///
    /// The first fault that matches a request and has hits left affects it.
    ///
    /// # Errors
    ///
    /// The fault can never take effect, for example because no operation has its route.
    pub fn inject(&self, fault: Fault) -> Result<InjectedFault, InvalidFault> {
        self.shared().faults().add(fault)
    }

    /// Returns all faults that were not removed, including those without hits left.
    pub fn faults(&self) -> Vec<InjectedFault> {
        self.shared().faults().list()
    }

    /// Removes one fault; calls that it already affects are not changed.
    pub fn remove_fault(&self, fault: &InjectedFault) {
        self.shared().faults().remove(fault.id());
    }

    /// Removes all faults; calls that they already affect are not changed.
    pub fn clear_faults(&self) {
        self.shared().faults().clear();
    }
}
