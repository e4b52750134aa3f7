//! Partial updates.
//!
//! The service's update semantics are only partly documented. A field that is absent stays
//! unchanged (inferred), a list is replaced as a whole (documented), and it is unknown whether
//! a nested object is merged or replaced. Therefore a changed object is sent in full, with an
//! explicit `null` for each removed member: merging and replacing then give the same result.
//!
//! Data whose structure the service does not know, above all custom fields, is different: there a
//! `null` could be stored as a value. Its removed members are omitted.

mod changes;
mod diff;
mod exact_numbers;

pub use changes::{Changes, InvalidChanges, RemainingMembers};
