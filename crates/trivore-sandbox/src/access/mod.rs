//! Who may do what: permissions, built-in roles, clients and callers.

pub(crate) mod allowed;
pub(crate) mod builtin_roles;
pub(crate) mod caller;
pub(crate) mod clients;
pub(crate) mod permissions;
