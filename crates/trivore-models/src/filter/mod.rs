//! Filter expressions: conditions that the elements of a list must match.
//!
//! Documented: the syntax is that of SCIM (RFC 7644 §3.4.2.2), except that attribute names
//! are case-sensitive and that complex grouping, `emails[…]`, is not supported. Strings and
//! instants are in double quotes, integers and booleans are not.
//!
//! The service's escaping rules and the precedence of `and` are not documented. This module
//! escapes strings as in JSON, as RFC 7644 requires, and does not rely on precedence: every
//! compound operand is in parentheses.

mod attribute;
mod error;
mod expression;
mod operator;
mod parse;
mod render;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use attribute::Shown;
pub use error::InvalidFilter;
pub use expression::{Expression, Filter};
pub use operator::Operator;
pub use value::FilterValue;
