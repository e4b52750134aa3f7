//! Comparison operators.

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

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str().eq_ignore_ascii_case(word))
    }

    pub(super) const ALL: [Self; 9] =
        [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];
}
