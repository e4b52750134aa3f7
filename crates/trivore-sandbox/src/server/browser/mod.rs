//! What pages in a browser may do: which hosts and origins are served.

mod cors;
mod host_name;
mod origin;
mod policy;

pub(super) use cors::{add_headers, preflight};
pub(crate) use host_name::HostName;
pub(crate) use origin::Origin;
pub(crate) use policy::BrowserPolicy;
