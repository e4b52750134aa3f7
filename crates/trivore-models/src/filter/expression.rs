//! The filter itself: a tree that is canonical by construction.
//!
//! Connectives hold at least two operands, none of the same connective, and nothing is
//! negated twice. So a filter has one rendering, and reading that gives the same filter.

use std::{ops, str::FromStr};

use super::{
    attribute::check_attribute,
    error::{InvalidFilter, Reason},
    operator::Operator,
    parse,
    value::FilterValue,
};

/// Which users a list holds.
///
/// Whatever text is compared with stays inside its quotes.
/// An attribute name that no filter can hold, a number that is not finite and a tree deeper
/// than [`MAX_DEPTH`](Self::MAX_DEPTH) make the filter invalid; [`validate`](Self::validate)
/// says why, and everything combined with it is invalid too.
///
/// `Debug` shows attributes and operators, but no values.
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
    /// Counts the levels of the tree; bounded, so that recursion over it is.
    depth: usize,
}

impl Filter {
    /// Levels of nesting that a filter may have.
    pub const MAX_DEPTH: usize = 64;

    /// Keeps those whose attribute equals the value; on a list, any element does.
    pub fn eq(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Eq, value.into())
    }

    /// Keeps those whose attribute differs from the value.
    pub fn ne(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ne, value.into())
    }

    /// Keeps those whose attribute contains the text (`co`).
    pub fn contains(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Co, value.into())
    }

    /// Keeps those whose attribute starts with the text (`sw`).
    pub fn starts_with(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Sw, value.into())
    }

    /// Keeps those whose attribute ends with the text (`ew`).
    pub fn ends_with(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ew, value.into())
    }

    /// Keeps those whose attribute is greater than the value.
    pub fn gt(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Gt, value.into())
    }

    /// Keeps those whose attribute is greater than or equal to the value.
    pub fn ge(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Ge, value.into())
    }

    /// Keeps those whose attribute is less than the value.
    pub fn lt(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Lt, value.into())
    }

    /// Keeps those whose attribute is less than or equal to the value.
    pub fn le(attribute: &str, value: impl Into<FilterValue>) -> Self {
        Self::compare(attribute, Operator::Le, value.into())
    }

    /// Keeps those that have the attribute (`pr`).
    pub fn present(attribute: &str) -> Self {
        match check_attribute(attribute) {
            Ok(()) => Self { node: Node::Present(attribute.to_owned()), depth: 1 },
            Err(reason) => Self::invalid(reason),
        }
    }

    /// Keeps those that match both filters.
    pub fn and(self, other: Self) -> Self {
        self.join(Connective::And, other)
    }

    /// Keeps those that match one of the filters or both.
    pub fn or(self, other: Self) -> Self {
        self.join(Connective::Or, other)
    }

    /// Keeps those that do not match.
    #[expect(clippy::should_implement_trait, reason = "it does; the method reads well in chains")]
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

    /// Keeps those that match every filter; `None` when there is none.
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::and)
    }

    /// Keeps those that match at least one filter; `None` when there is none.
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::or)
    }

    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// The text is not a filter, or one nested too deeply.
    pub fn parse(text: &str) -> Result<Self, InvalidFilter> {
        parse::parse(text)
    }

    /// Says whether the filter can be sent.
    ///
    /// # Errors
    ///
    /// An attribute name or a number cannot stand in a filter, or it is nested too deeply.
    pub fn validate(&self) -> Result<(), InvalidFilter> {
        match &self.node {
            Node::Invalid(reason) => Err(InvalidFilter::new(*reason)),
            Node::Joined(..) | Node::Not(_) | Node::Present(_) | Node::Compare { .. } => Ok(()),
        }
    }

    /// Returns the outermost expression, for those who evaluate filters.
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

    pub(super) fn compare(attribute: &str, operator: Operator, value: FilterValue) -> Self {
        if let Err(reason) = check_attribute(attribute) {
            return Self::invalid(reason);
        }
        if matches!(value, FilterValue::Float(number) if !number.is_finite()) {
            return Self::invalid(Reason::NumberNotFinite);
        }
        Self { node: Node::Compare { attribute: attribute.to_owned(), operator, value }, depth: 1 }
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

    /// Returns the operands for a connective, and the depth that it gets from them.
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

/// Outermost part of a [`Filter`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expression<'a> {
    /// All of the filters match; there are at least two.
    And(&'a [Filter]),
    /// One of the filters matches; there are at least two.
    Or(&'a [Filter]),
    /// The filter does not match.
    Not(&'a Filter),
    /// The attribute exists.
    Present {
        /// Which attribute, with dots between levels.
        attribute: &'a str,
    },
    /// The attribute compares so with the value.
    Compare {
        /// Which attribute, with dots between levels.
        attribute: &'a str,
        /// How to compare.
        operator: Operator,
        /// What to compare with.
        value: &'a FilterValue,
    },
    /// The filter cannot be sent; see [`Filter::validate`].
    Invalid,
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
