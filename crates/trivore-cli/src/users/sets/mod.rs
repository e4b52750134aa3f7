//! `trivore users roles`, `groups` and `permissions`.

mod groups;
mod known_groups;
mod permissions;
mod role_names;
mod roles;
mod set_report;
mod set_verb;
mod unknown;

pub(crate) use groups::GroupsCommand;
pub(crate) use known_groups::{check_groups, check_names};
pub(crate) use permissions::PermissionsCommand;
pub(crate) use roles::RolesCommand;
