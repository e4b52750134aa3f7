//! Requests for pages of lists.

use std::fmt;

use crate::{Filter, InvalidFilter, filter::Shown};

/// A request for one page of a list.
///
/// # Examples
///
/// ```
/// use trivore_models::{Filter, PageRequest};
///
/// let request = PageRequest::new().count(2).filter(Filter::present("email"));
///
/// let expected = [("filter", "email pr"), ("startIndex", "0"), ("count", "2")];
/// assert_eq!(request.query_pairs()?, expected.map(|(name, value)| (name, value.to_owned())));
/// # Ok::<(), trivore_models::InvalidPageRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct PageRequest {
    /// Zero-based index of the page's first element (documented).
    pub start_index: u64,
    /// Maximum number of elements per page, from 1 to [`MAX_COUNT`](Self::MAX_COUNT).
    pub count: u32,
    /// Filter that the elements must match; `None` matches all.
    pub filter: Option<Filter>,
    /// Sort order; if `None`, the service decides.
    pub sort: Option<Sort>,
}

impl PageRequest {
    /// Default for the maximum number of elements per page.
    pub const DEFAULT_COUNT: u32 = 100;

    /// Largest value of `count` that the service supports (documented).
    pub const MAX_COUNT: u32 = 500;

    /// Creates a request for the first page of all elements.
    pub fn new() -> Self {
        Self { start_index: 0, count: Self::DEFAULT_COUNT, filter: None, sort: None }
    }

    /// Sets the zero-based index of the page's first element.
    pub fn start_index(self, start_index: u64) -> Self {
        Self { start_index, ..self }
    }

    /// Sets the maximum number of elements per page.
    pub fn count(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// Sets the filter that the elements must match.
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// Sets the sort order.
    pub fn sort(self, sort: Sort) -> Self {
        Self { sort: Some(sort), ..self }
    }

    /// Checks that the request is valid.
    ///
    /// # Errors
    ///
    /// The count is out of range, the filter is invalid, or the sort attribute is empty.
    pub fn validate(&self) -> Result<(), InvalidPageRequest> {
        if !(1..=Self::MAX_COUNT).contains(&self.count) {
            return Err(InvalidPageRequest::Count);
        }
        if let Some(filter) = &self.filter {
            filter.validate().map_err(InvalidPageRequest::Filter)?;
        }
        if self.sort.as_ref().is_some_and(|sort| sort.by.is_empty()) {
            return Err(InvalidPageRequest::Sort);
        }
        Ok(())
    }

    /// Returns the query parameters, without percent-encoding.
    ///
    /// The parameter for the sort direction is named `ascending` for both directions, as in the
    /// vendor's client (documented).
    ///
    /// # Errors
    ///
    /// The request is invalid; see [`validate`](Self::validate).
    pub fn query_pairs(&self) -> Result<Vec<(&'static str, String)>, InvalidPageRequest> {
        self.validate()?;
        let mut pairs = Vec::new();
        if let Some(filter) = &self.filter {
            pairs.push(("filter", filter.render().map_err(InvalidPageRequest::Filter)?));
        }
        pairs.push(("startIndex", self.start_index.to_string()));
        pairs.push(("count", self.count.to_string()));
        if let Some(sort) = &self.sort {
            pairs.push(("sortBy", sort.by.clone()));
            pairs.push(("ascending", sort.order.as_str().to_owned()));
        }
        Ok(pairs)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// Attribute and direction by which a list is sorted.
///
/// Documented for strong identification histories; it is unknown whether the service can sort
/// lists of users.
///
/// # Examples
///
/// ```
/// use trivore_models::{PageRequest, Sort};
///
/// let pairs = PageRequest::new().sort(Sort::descending("time")).query_pairs()?;
///
/// assert!(pairs.contains(&("sortBy", "time".to_owned())));
/// assert!(pairs.contains(&("ascending", "descending".to_owned())));
/// # Ok::<(), trivore_models::InvalidPageRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sort {
    /// Attribute name.
    pub by: String,
    /// Sort direction.
    pub order: SortOrder,
}

impl Sort {
    /// Sorts from the smallest to the largest value.
    pub fn ascending(by: &str) -> Self {
        Self { by: by.to_owned(), order: SortOrder::Ascending }
    }

    /// Sorts from the largest to the smallest value.
    pub fn descending(by: &str) -> Self {
        Self { by: by.to_owned(), order: SortOrder::Descending }
    }
}

/// Shows no names of custom fields.
impl fmt::Debug for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sort").field("by", &Shown(&self.by)).field("order", &self.order).finish()
    }
}

/// Direction in which a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are only two directions")]
pub enum SortOrder {
    /// From the smallest to the largest value.
    #[default]
    Ascending,
    /// From the largest to the smallest value.
    Descending,
}

impl SortOrder {
    /// Returns the value of the query parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// A [`PageRequest`] is invalid.
///
/// # Examples
///
/// ```
/// use trivore_models::{InvalidPageRequest, PageRequest};
///
/// let request = PageRequest::new().count(PageRequest::MAX_COUNT + 1);
///
/// assert_eq!(request.validate(), Err(InvalidPageRequest::Count));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPageRequest {
    /// The count is 0 or more than [`PageRequest::MAX_COUNT`].
    #[error("`count` must be between 1 and {}", PageRequest::MAX_COUNT)]
    Count,
    /// The filter is invalid.
    #[error("invalid filter")]
    Filter(#[source] InvalidFilter),
    /// The name of the sort attribute is empty.
    #[error("sort attribute is empty")]
    Sort,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_a_query() {
        let request = PageRequest::new()
            .start_index(200)
            .count(500)
            .filter(Filter::eq("nsCode", "x"))
            .sort(Sort::descending("time"));

        let expected = [
            ("filter", r#"nsCode eq "x""#),
            ("startIndex", "200"),
            ("count", "500"),
            ("sortBy", "time"),
            ("ascending", "descending"),
        ];
        assert_eq!(
            request.query_pairs().unwrap(),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn debug_escapes_what_the_caller_wrote() {
        let text = "a\"\nERROR forged";
        let sort = Sort::ascending(text);
        let expression = crate::Expression::Present { attribute: text };
        let beyond = Filter::eq(text, "x").or(Filter::present("a\u{202e}"));

        for shown in [
            format!("{sort:?}"),
            format!("{expression:?}"),
            format!("{beyond:?}"),
            format!("{:?}", PageRequest::new().sort(sort).filter(beyond)),
        ] {
            assert!(!shown.contains(['\n', '\u{202e}']), "{shown}");
            assert!(!shown.contains("a\"\\n"), "{shown}");
        }
        assert_eq!(
            format!("{:?}", Sort::ascending("customFields.secret")),
            r#"Sort { by: "customFields.*", order: Ascending }"#
        );
    }

    #[test]
    fn a_request_that_the_service_would_refuse_is_not_sent() {
        let request = PageRequest::new();

        assert!(request.validate().is_ok());
        assert!(request.clone().count(0).query_pairs().is_err());
        assert!(request.clone().count(501).query_pairs().is_err());
        assert!(request.clone().sort(Sort::ascending("")).query_pairs().is_err());
        assert!(request.filter(Filter::present("")).query_pairs().is_err());
    }
}
