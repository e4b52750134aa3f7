//! Filter expressions: which users a list holds.
//!
//! Documented: the syntax is that of SCIM (RFC 7644 §3.4.2.2), save that attribute names
//! are case sensitive and that grouping by attribute, `emails[…]`, is not supported.
//! Strings and instants stand in double quotes, integers and booleans do not.
//!
//! How the service escapes and how strongly `and` binds is not documented. This module
//! escapes as JSON does (RFC 7644 says so) and never relies on precedence: every compound
//! operand gets its own parentheses.

mod attribute;
mod error;
mod expression;
mod operator;
mod parse;
mod render;
#[cfg(test)]
mod tests;
mod value;

pub use error::InvalidFilter;
pub use expression::{Expression, Filter};
pub use operator::Operator;
pub use value::FilterValue;
