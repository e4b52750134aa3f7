//! Settings of the server that do not change while it runs.

use super::browser::BrowserPolicy;
use super::defaults::Defaults;
use super::served_request::Observer;

/// Settings of the server, from the [`Builder`](crate::Builder).
pub(crate) struct ServerSettings {
    pub(crate) policy: BrowserPolicy,
    /// Whether a request may name a fault in a header.
    pub(crate) takes_fault_header: bool,
    pub(crate) observer: Option<Observer>,
    pub(crate) defaults: Defaults,
}
