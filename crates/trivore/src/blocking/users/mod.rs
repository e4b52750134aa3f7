//! The user service.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

mod accounts;
mod create_many;
mod custom_fields;
mod dry_run;
mod enterprise;
mod external_permissions;
mod group_membership;
mod group_sets;
mod invite;
mod items;
mod legal;
mod modify;
mod modify_if_unchanged;
mod namespace_migration;
mod operations;
mod pages;
mod password;
mod permission_sets;
mod permissions;
mod profile;
mod reconcile;
mod reconcile_create;
mod reconcile_create_once;
mod reconcile_idempotent;
mod reconcile_migration;
mod reconcile_strong_identification;
mod role_sets;
mod roles;
mod strong_identification;
mod student;
mod users;
mod verification;

pub use items::Items;
pub use pages::Pages;
pub use reconcile::Reconcile;
pub use users::Users;
