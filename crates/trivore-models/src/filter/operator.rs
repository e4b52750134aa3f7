//! Comparison operators.

use std::{fmt, str::FromStr};

use super::error::{InvalidFilter, Reason};

/// An operator that compares an attribute with a value.
///
/// # Examples
///
/// ```
/// use trivore_models::{Expression, Filter, Operator};
///
/// let filter = Filter::starts_with("username", "mai");
///
/// assert!(matches!(
///     filter.expression(),
///     Expression::Compare { operator: Operator::Sw, .. }
/// ));
/// assert_eq!(Operator::Sw.as_str(), "sw");
/// assert_eq!("SW".parse(), Ok(Operator::Sw));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operator {
    /// Equal; a list matches if any element is equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains the text.
    Co,
    /// Starts with the text.
    Sw,
    /// Ends with the text.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl Operator {
    /// Returns the operator as written in a filter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    pub(super) const ALL: [Self; 9] =
        [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Parses an operator in any case, as in a filter.
impl FromStr for Operator {
    type Err = InvalidFilter;

    fn from_str(word: &str) -> Result<Self, InvalidFilter> {
        Self::parse(word).ok_or(InvalidFilter::new(Reason::OperatorExpected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_parses_in_any_case_and_nothing_else_does() {
        for operator in Operator::ALL {
            assert_eq!(operator.to_string().parse(), Ok(operator));
            assert_eq!(operator.as_str().to_uppercase().parse(), Ok(operator));
        }
        for other in ["", "pr", "and", "eq ", "=="] {
            assert!(other.parse::<Operator>().is_err(), "{other}");
        }
    }
}
