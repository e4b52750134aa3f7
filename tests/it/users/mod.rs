//! Each operation against the sandbox, one file per resource.

mod accounts;
mod creation;
mod listing;
mod modify;
mod updates;
