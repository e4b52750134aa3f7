//! Each operation against the sandbox, one file per resource.

mod accounts;
mod bulk;
mod creation;
mod links;
mod listing;
mod modify;
mod pages;
mod prefetch;
mod updates;
mod verification;
