//! Errors of filters.

/// A filter is invalid or cannot be parsed.
///
/// The message says what is wrong and where. It never quotes the filter, which may contain
/// personal data.
///
/// # Examples
///
/// ```
/// use trivore_models::Filter;
///
/// let error = Filter::parse("username eq john").unwrap_err();
///
/// assert_eq!(error.to_string(), "expected a value at byte 12");
/// assert_eq!(error.position(), Some(12));
/// assert_eq!(Filter::present("not a name").validate().unwrap_err().position(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", .reason.message(), .position.map_or_else(String::new, |at| format!(" at byte {at}")))]
pub struct InvalidFilter {
    reason: Reason,
    position: Option<usize>,
}

impl InvalidFilter {
    /// Returns the byte offset of the error, if the filter was parsed from text.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    pub(super) fn new(reason: Reason) -> Self {
        Self { reason, position: None }
    }

    pub(super) fn at(position: usize, reason: Reason) -> Self {
        Self { reason, position: Some(position) }
    }

    /// Adds a byte offset to an error that has none.
    pub(super) fn found_at(self, position: usize) -> Self {
        Self { position: self.position.or(Some(position)), ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    AttributeExpected,
    AttributeName,
    AttributeGrouping,
    OperatorExpected,
    ValueExpected,
    ConnectiveExpected,
    OpenParenthesisExpected,
    CloseParenthesisExpected,
    Text,
    UnclosedText,
    Number,
    NumberRange,
    NumberNotFinite,
    Null,
    TooDeep,
}

impl Reason {
    fn message(self) -> &'static str {
        match self {
            Self::AttributeExpected => "expected an attribute name",
            Self::AttributeName => "attribute name is a keyword or has an invalid character",
            Self::AttributeGrouping => "grouping with `[` and `]` is not supported",
            Self::OperatorExpected => "expected an operator",
            Self::ValueExpected => "expected a value",
            Self::ConnectiveExpected => "expected `and`, `or` or the end of the filter",
            Self::OpenParenthesisExpected => "expected `(` after `not`",
            Self::CloseParenthesisExpected => "expected `)`",
            Self::Text => "quoted value is not a JSON string",
            Self::UnclosedText => "quoted value has no closing quote",
            Self::Number => "value is not a JSON number",
            Self::NumberRange => "number is out of range",
            Self::NumberNotFinite => "number is not finite",
            Self::Null => "`null` is not supported in filters",
            Self::TooDeep => "filter is nested too deeply",
        }
    }
}
