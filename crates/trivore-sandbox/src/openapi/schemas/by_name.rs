//! Schemas by name.

use serde_json::{Map, Value};

/// Schemas by name.
pub(in crate::openapi) type Schemas = Map<String, Value>;
