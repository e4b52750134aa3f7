//! The JSON schemas of the document.
//!
//! Schemas of responses come from the types of `trivore-models`, and those of requests from the
//! tables that requests are checked against.

mod by_name;
mod components;
mod descriptions;
mod fields;
mod models;
mod requests;
mod responses;
mod written;

pub(super) use by_name::Schemas;
pub(super) use components::components;
#[cfg(test)]
pub(crate) use models::schemas as model_schemas;
pub(super) use responses::page;
