//! Filters: trees in canonical form.
//!
//! A connective has at least two operands, none of which has the same connective, and there is
//! no double negation. Therefore a filter has one rendering, and parsing it returns an equal
//! filter.

use std::{fmt, ops, str::FromStr};

use super::{
    attribute::{Shown, check_attribute},
    error::{InvalidFilter, Reason},
    operator::Operator,
    parse,
    value::FilterValue,
};

/// A condition that the elements of a list must match.
///
/// String values are quoted and escaped, so no value can change the structure of a filter.
///
/// Constructors do not fail. Instead, an invalid attribute name, a number that is not finite
/// and nesting deeper than [`MAX_DEPTH`](Self::MAX_DEPTH) make the filter invalid, together
/// with every filter that contains it; [`validate`](Self::validate) returns the reason.
///
/// `Debug` shows attributes and operators, but no values and no names of custom fields. `Display`
/// shows them, too.
///
/// # Examples
///
/// ```
/// use trivore_models::Filter;
///
/// let filter = Filter::eq("nsCode", "testsdk").and(!Filter::present("email"));
///
/// assert_eq!(filter.to_string(), r#"nsCode eq "testsdk" and (not (email pr))"#);
/// assert_eq!(filter.to_string().parse(), Ok(filter));
/// ```
#[derive(Clone, PartialEq)]
pub struct Filter {
    pub(super) node: Node,
    /// Number of levels of the tree; limited, so that recursion over the tree is limited.
    depth: usize,
}

impl Filter {
    /// Maximum number of levels of nesting.
    pub const MAX_DEPTH: usize = 64;

    /// Matches if the attribute, or any element of a list, equals the value (`eq`).
    pub fn eq(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Eq, value)
    }

    /// Matches if the attribute does not equal the value (`ne`).
    pub fn ne(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ne, value)
    }

    /// Matches if the attribute contains the text (`co`).
    pub fn contains(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Co, value)
    }

    /// Matches if the attribute starts with the text (`sw`).
    pub fn starts_with(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Sw, value)
    }

    /// Matches if the attribute ends with the text (`ew`).
    pub fn ends_with(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ew, value)
    }

    /// Matches if the attribute is greater than the value (`gt`).
    pub fn gt(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Gt, value)
    }

    /// Matches if the attribute is greater than or equal to the value (`ge`).
    pub fn ge(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ge, value)
    }

    /// Matches if the attribute is less than the value (`lt`).
    pub fn lt(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Lt, value)
    }

    /// Matches if the attribute is less than or equal to the value (`le`).
    pub fn le(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Le, value)
    }

    /// Matches if the comparison with the value is true, for an operator chosen at run time.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Filter, InvalidFilter};
    ///
    /// fn from_form(field: &str, operator: &str, value: &str) -> Result<Filter, InvalidFilter> {
    ///     Ok(Filter::compare(field, operator.parse()?, value))
    /// }
    ///
    /// assert_eq!(from_form("username", "SW", "mai")?, Filter::starts_with("username", "mai"));
    /// assert!(from_form("username", "like", "mai").is_err());
    /// # Ok::<(), InvalidFilter>(())
    /// ```
    pub fn compare(attribute: &str, operator: Operator, value: impl Into<FilterValue>) -> Self {
        let value = value.into();
        if let Err(reason) = check_attribute(attribute) {
            return Self::invalid(reason);
        }
        if matches!(value, FilterValue::Float(number) if !number.is_finite()) {
            return Self::invalid(Reason::NumberNotFinite);
        }
        Self { node: Node::Compare { attribute: attribute.to_owned(), operator, value }, depth: 1 }
    }

    /// Matches if the attribute is present (`pr`).
    pub fn present(attribute: &str) -> Self {
        match check_attribute(attribute) {
            Ok(()) => Self { node: Node::Present(attribute.to_owned()), depth: 1 },
            Err(reason) => Self::invalid(reason),
        }
    }

    /// Matches if both filters match.
    pub fn and(self, other: Self) -> Self {
        self.join(Connective::And, other)
    }

    /// Matches if at least one of the two filters matches.
    pub fn or(self, other: Self) -> Self {
        self.join(Connective::Or, other)
    }

    /// Matches if this filter does not match; the same as the `!` operator.
    #[expect(
        clippy::should_implement_trait,
        reason = "the trait is implemented as well; the method reads well in chains"
    )]
    pub fn not(self) -> Self {
        match self.node {
            Node::Not(inner) => *inner,
            Node::Invalid(_) => self,
            Node::Joined(..) | Node::Present(_) | Node::Compare { .. } => {
                let depth = self.depth + 1;
                Self::within_depth(Node::Not(Box::new(self)), depth)
            }
        }
    }

    /// Matches if every filter matches; `None` if there are no filters.
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::and)
    }

    /// Matches if at least one filter matches; `None` if there are no filters.
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::or)
    }

    /// Parses a filter.
    ///
    /// # Errors
    ///
    /// The text is not a valid filter, or is nested too deeply.
    pub fn parse(text: &str) -> Result<Self, InvalidFilter> {
        parse::parse(text)
    }

    /// Checks that the filter is valid.
    ///
    /// # Errors
    ///
    /// An attribute name is invalid, a number is not finite, or the nesting is too deep.
    pub fn validate(&self) -> Result<(), InvalidFilter> {
        match &self.node {
            Node::Invalid(reason) => Err(InvalidFilter::new(*reason)),
            Node::Joined(..) | Node::Not(_) | Node::Present(_) | Node::Compare { .. } => Ok(()),
        }
    }

    /// Returns the outermost expression, to evaluate the filter yourself.
    pub fn expression(&self) -> Expression<'_> {
        match &self.node {
            Node::Joined(Connective::And, operands) => Expression::And(operands),
            Node::Joined(Connective::Or, operands) => Expression::Or(operands),
            Node::Not(inner) => Expression::Not(inner),
            Node::Present(attribute) => Expression::Present { attribute },
            Node::Compare { attribute, operator, value } => {
                Expression::Compare { attribute, operator: *operator, value }
            }
            Node::Invalid(_) => Expression::Invalid,
        }
    }

    fn join(self, connective: Connective, other: Self) -> Self {
        if matches!(self.node, Node::Invalid(_)) {
            return self;
        }
        if matches!(other.node, Node::Invalid(_)) {
            return other;
        }
        let (mut operands, left) = self.into_operands(connective);
        let (others, right) = other.into_operands(connective);
        operands.extend(others);
        Self::within_depth(Node::Joined(connective, operands), left.max(right))
    }

    /// Returns the operands for a connective, and the depth that they give to it.
    fn into_operands(self, connective: Connective) -> (Vec<Self>, usize) {
        match self {
            Self { node: Node::Joined(own, operands), depth } if own == connective => {
                (operands, depth)
            }
            other => {
                let depth = other.depth + 1;
                (vec![other], depth)
            }
        }
    }

    fn within_depth(node: Node, depth: usize) -> Self {
        if depth > Self::MAX_DEPTH { Self::invalid(Reason::TooDeep) } else { Self { node, depth } }
    }

    fn invalid(reason: Reason) -> Self {
        Self { node: Node::Invalid(reason), depth: 1 }
    }
}

impl ops::Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}

impl FromStr for Filter {
    type Err = InvalidFilter;

    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        Self::parse(text)
    }
}

/// The outermost expression of a [`Filter`].
///
/// # Examples
///
/// ```
/// use trivore_models::{Expression, Filter};
///
/// fn attributes(filter: &Filter) -> Vec<&str> {
///     match filter.expression() {
///         Expression::And(filters) | Expression::Or(filters) => {
///             filters.iter().flat_map(attributes).collect()
///         }
///         Expression::Not(filter) => attributes(filter),
///         Expression::Present { attribute } => vec![attribute],
///         Expression::Compare { attribute, .. } => vec![attribute],
///         _ => Vec::new(),
///     }
/// }
///
/// let filter = Filter::parse(r#"nsCode eq "testsdk" and not (email pr)"#)?;
/// assert_eq!(attributes(&filter), ["nsCode", "email"]);
/// # Ok::<(), trivore_models::InvalidFilter>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Expression<'a> {
    /// Matches if all filters match; there are at least two.
    And(&'a [Filter]),
    /// Matches if at least one of the filters matches; there are at least two.
    Or(&'a [Filter]),
    /// Matches if the filter does not match.
    Not(&'a Filter),
    /// Matches if the attribute is present.
    Present {
        /// Attribute name, with dots between levels.
        attribute: &'a str,
    },
    /// Matches if the comparison of the attribute with the value is true.
    Compare {
        /// Attribute name, with dots between levels.
        attribute: &'a str,
        /// Comparison operator.
        operator: Operator,
        /// Value to compare with.
        value: &'a FilterValue,
    },
    /// The filter is invalid; see [`Filter::validate`].
    Invalid,
}

impl fmt::Debug for Expression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(filters) => f.debug_tuple("And").field(filters).finish(),
            Self::Or(filters) => f.debug_tuple("Or").field(filters).finish(),
            Self::Not(filter) => f.debug_tuple("Not").field(filter).finish(),
            Self::Present { attribute } => {
                f.debug_struct("Present").field("attribute", &Shown(attribute)).finish()
            }
            Self::Compare { attribute, operator, value } => f
                .debug_struct("Compare")
                .field("attribute", &Shown(attribute))
                .field("operator", operator)
                .field("value", value)
                .finish(),
            Self::Invalid => f.write_str("Invalid"),
        }
    }
}

#[derive(Clone, PartialEq)]
pub(super) enum Node {
    Joined(Connective, Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare { attribute: String, operator: Operator, value: FilterValue },
    Invalid(Reason),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Connective {
    And,
    Or,
}

impl Connective {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}
