//! Plain values, which know neither the state nor HTTP handlers.

pub(crate) mod api_error;
pub(crate) mod attribute_paths;
pub(crate) mod behavior_rules;
pub(crate) mod bounded_log;
pub(crate) mod clock;
pub(crate) mod document;
pub(crate) mod field_types;
pub(crate) mod filter;
pub(crate) mod html;
pub(crate) mod ids;
pub(crate) mod paths;
