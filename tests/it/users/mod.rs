//! Each operation against the sandbox, one file per resource.

mod accounts;
mod bulk;
mod creation;
mod custom_fields;
mod enterprise;
mod invite;
mod legal;
mod links;
mod listing;
mod modify;
mod pages;
mod password;
mod prefetch;
mod strong_identification;
mod updates;
mod verification;
