//! The user service.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

mod accounts;
mod bulk;
mod custom_fields;
mod dry_run;
mod enterprise;
mod external_permissions;
mod group_membership;
mod invite;
mod legal;
mod modify;
mod namespace_migration;
mod operations;
mod pages;
mod password;
mod permissions;
mod profile;
mod roles;
mod strong_identification;
mod student;
mod users;
mod verification;

pub use pages::Items;
pub use pages::Pages;
pub use users::Users;
