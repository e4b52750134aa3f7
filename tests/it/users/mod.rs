//! Every operation against the sandbox, one file per resource.

mod accounts;
mod bulk;
mod creation;
mod custom_fields;
mod enterprise;
mod external_permissions;
mod group_membership;
mod invite;
mod legal;
mod links;
mod listing;
mod modify;
mod namespace_migration;
mod pages;
mod password;
mod permissions;
mod prefetch;
mod primary_email;
mod profile;
mod roles;
mod strong_identification;
mod student;
mod uneven_lists;
mod unusable_responses;
mod updates;
mod verification;
