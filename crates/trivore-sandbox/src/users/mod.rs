//! The user API, one file per resource.

mod accounts;
mod custom_fields;
mod enterprise;
mod external_permissions;
mod fields;
mod group_membership;
mod invite;
mod legal;
mod links;
mod namespace_migration;
mod password;
mod permissions;
mod profile;
mod roles;
mod strong_identification;
mod student;
mod verification;
mod view;

pub(crate) use accounts::{ENDPOINTS as ACCOUNTS, read_aliases};
pub(crate) use custom_fields::ENDPOINTS as CUSTOM_FIELDS;
pub(crate) use enterprise::ENDPOINTS as ENTERPRISE;
pub(crate) use external_permissions::ENDPOINTS as EXTERNAL_PERMISSIONS;
pub(crate) use group_membership::ENDPOINTS as GROUP_MEMBERSHIP;
pub(crate) use invite::ENDPOINTS as INVITE;
pub(crate) use legal::ENDPOINTS as LEGAL;
pub(crate) use links::{Links, router as link_router};
pub(crate) use namespace_migration::ENDPOINTS as NAMESPACE_MIGRATION;
pub(crate) use password::ENDPOINTS as PASSWORD;
pub(crate) use permissions::ENDPOINTS as PERMISSIONS;
pub(crate) use profile::ENDPOINTS as PROFILE;
pub(crate) use roles::ENDPOINTS as ROLES;
pub(crate) use strong_identification::ENDPOINTS as STRONG_IDENTIFICATION;
pub(crate) use student::ENDPOINTS as STUDENT;
pub(crate) use verification::ENDPOINTS as VERIFICATION;
