//! The user API, one file per resource.

pub(crate) mod accounts;
pub(crate) mod custom_fields;
pub(crate) mod enterprise;
pub(crate) mod external_permissions;
mod grants;
pub(crate) mod group_membership;
pub(crate) mod invitation_links;
pub(crate) mod invite;
pub(crate) mod legal;
pub(crate) mod namespace_migration;
pub(crate) mod password;
pub(crate) mod permissions;
pub(crate) mod profile;
pub(crate) mod roles;
mod shown;
pub(crate) mod strong_identification;
pub(crate) mod student;
pub(crate) mod verification;
pub(crate) mod verification_links;
mod view;

use crate::api::endpoint::Endpoint;

/// The operations of each resource.
pub(crate) const RESOURCES: &[&[Endpoint]] = &[
    accounts::ENDPOINTS,
    legal::ENDPOINTS,
    verification::ENDPOINTS,
    invite::ENDPOINTS,
    enterprise::ENDPOINTS,
    custom_fields::ENDPOINTS,
    password::ENDPOINTS,
    strong_identification::ENDPOINTS,
    permissions::ENDPOINTS,
    roles::ENDPOINTS,
    namespace_migration::ENDPOINTS,
    student::ENDPOINTS,
    profile::ENDPOINTS,
    group_membership::ENDPOINTS,
    external_permissions::ENDPOINTS,
];
