//! What the document says about each operation, by resource.

pub(crate) mod access_rights;
pub(crate) mod external_permissions;
pub(crate) mod groups;
mod listing;
pub(crate) mod namespaces;
pub(crate) mod roles;
pub(crate) mod user_details;
pub(crate) mod users;
pub(crate) mod verification;
