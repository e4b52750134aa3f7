//! Parameters of lists, and errors that several operations share.

use serde_json::json;

use crate::api::listing::{DEFAULT_COUNT, MAX_COUNT};
use crate::api::operation::{ErrorCase, Evidence, QueryParameter};

/// Parameters of every list that has pages.
pub(super) const LIST: &[QueryParameter] = &[
    QueryParameter {
        name: "filter",
        description: "Filter expression, with the syntax of SCIM (RFC 7644, section 3.4.2.2) except \
                      for grouping as in `attr[...]`. Attribute names are case-sensitive.",
        evidence: Evidence::Documented,
        schema: |_| json!({"type": "string"}),
        example: "createdDate gt \"2020-01-31T12:00:00.000Z\"",
    },
    QueryParameter {
        name: "startIndex",
        description: "Position of the first object, counted from 0.",
        evidence: Evidence::Documented,
        schema: |_| json!({"type": "integer", "minimum": 0, "default": 0}),
        example: "0",
    },
    QueryParameter {
        name: "count",
        description: "Largest number of objects in the page. At most 500 are returned.",
        evidence: Evidence::Documented,
        schema: |rules| {
            let mut schema = json!({"type": "integer", "minimum": 0, "default": DEFAULT_COUNT});
            if rules.count_over_limit_refused {
                schema["maximum"] = MAX_COUNT.into();
            }
            schema
        },
        example: "50",
    },
    QueryParameter {
        name: "sortBy",
        description: "Attribute to sort by; without it, older objects come first.",
        evidence: Evidence::Documented,
        schema: |_| json!({"type": "string"}),
        example: "createdDate",
    },
    QueryParameter {
        name: "ascending",
        description: "Direction of the order, by the name that the vendor's client uses.",
        evidence: Evidence::Documented,
        schema: |_| json!({"type": "string", "enum": DIRECTIONS}),
        example: "descending",
    },
    QueryParameter {
        name: "sortOrder",
        description: "Direction of the order, by the name of SCIM. It has precedence over \
                      `ascending`.",
        evidence: Evidence::Inferred,
        schema: |_| json!({"type": "string", "enum": DIRECTIONS}),
        example: "descending",
    },
];

/// Values of the two parameters for the direction.
const DIRECTIONS: [&str; 6] = ["ascending", "descending", "asc", "desc", "true", "false"];

/// Error of an operation that fails for an object that exists already.
pub(super) const DUPLICATE: ErrorCase = ErrorCase::new(
    409,
    "An object with this name exists already (rule `duplicates-conflict`).",
    |rules| rules.duplicates_conflict,
);
