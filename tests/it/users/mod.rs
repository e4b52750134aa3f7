//! Every operation against the sandbox, one file per resource.

mod accounts;
mod bulk;
mod changed_since;
mod changing_lists;
mod create_once;
mod creation;
mod custom_fields;
mod enterprise;
mod external_permissions;
mod group_membership;
mod invite;
mod items_as;
mod kept_passwords;
mod legal;
mod links;
mod list_cursors;
mod listing;
mod modify;
mod modify_if_unchanged;
mod namespace_migration;
mod nesting;
mod page_sizes;
mod pages;
mod parallel_pages;
mod password;
mod permissions;
mod prefetch;
mod primary_email;
mod profile;
mod read_only;
mod reconcile;
mod repeated_members;
mod roles;
mod sets;
mod strong_identification;
mod student;
mod tags;
mod uneven_lists;
mod unusable_responses;
mod updates;
mod user;
mod verification;

use trivore_tests::Model;
use trivore_tests::operations::Case;

/// The operations of each resource.
pub(crate) const CASES: &[&[Case]] = &[
    listing::CASES,
    creation::CASES,
    accounts::CASES,
    updates::CASES,
    legal::CASES,
    links::CASES,
    verification::CASES,
    invite::CASES,
    enterprise::CASES,
    custom_fields::CASES,
    password::CASES,
    strong_identification::CASES,
    permissions::CASES,
    roles::CASES,
    namespace_migration::CASES,
    student::CASES,
    group_membership::CASES,
    external_permissions::CASES,
    profile::CASES,
];

/// The types of each resource.
pub(crate) const MODELS: &[&[Model]] = &[
    user::MODELS,
    legal::MODELS,
    links::MODELS,
    invite::MODELS,
    enterprise::MODELS,
    password::MODELS,
    strong_identification::MODELS,
    permissions::MODELS,
    roles::MODELS,
    student::MODELS,
    group_membership::MODELS,
    external_permissions::MODELS,
    profile::MODELS,
];
