//! What the sandbox stores, and how it changes.

pub(crate) mod account;
mod account_list;
pub(crate) mod changes;
pub(crate) mod contact;
pub(crate) mod custom_fields;
mod effective_permissions;
mod groups;
pub(crate) mod ledger;
pub(crate) mod location;
pub(crate) mod namespaces;
pub(crate) mod outbox;
mod packed_document;
pub(crate) mod password_policy;
mod roles;
mod sign_in;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod tokens;
pub(crate) mod user_checks;
pub(crate) mod user_document;
pub(crate) mod user_fields;
pub(crate) mod user_index;
mod user_table;
mod usernames;
pub(crate) mod users;
pub(crate) mod verification_limits;
pub(crate) mod verification_links;
