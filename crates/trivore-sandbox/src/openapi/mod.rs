//! The API description: an OpenAPI document, and a page that shows it.

pub(crate) mod document;
mod examples;
pub(crate) mod page;
mod parameters;
mod responses;
mod schemas;
mod security;

#[cfg(test)]
pub(crate) use schemas::model_schemas;
