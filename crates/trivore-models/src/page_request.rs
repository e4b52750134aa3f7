//! Which part of a list to read, and in which order.

use crate::{Filter, InvalidFilter};

/// Which part of a list to read.
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
    /// How many elements to pass over; 0 is the first page (documented).
    pub start_index: u64,
    /// How many elements a page holds at most, from 1 to [`MAX_COUNT`](Self::MAX_COUNT).
    pub count: u32,
    /// Which elements the list holds; all without a filter.
    pub filter: Option<Filter>,
    /// In which order; the service decides without one.
    pub sort: Option<Sort>,
}

impl PageRequest {
    /// Elements that a page holds when no number is given.
    pub const DEFAULT_COUNT: u32 = 100;

    /// Most elements that a page may hold (documented).
    pub const MAX_COUNT: u32 = 500;

    /// Asks for the first page of everything.
    pub fn new() -> Self {
        Self { start_index: 0, count: Self::DEFAULT_COUNT, filter: None, sort: None }
    }

    /// Sets how many elements to pass over.
    pub fn start_index(self, start_index: u64) -> Self {
        Self { start_index, ..self }
    }

    /// Sets how many elements a page holds at most.
    pub fn count(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// Sets which elements the list holds.
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// Sets the order.
    pub fn sort(self, sort: Sort) -> Self {
        Self { sort: Some(sort), ..self }
    }

    /// Says whether the request can be sent.
    ///
    /// # Errors
    ///
    /// The count is out of range, the filter is invalid, or no attribute to sort by is named.
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

    /// Returns the parameters of the query, not yet encoded.
    ///
    /// The direction's parameter is called `ascending`, whichever it is, as the vendor's
    /// client has it (documented).
    ///
    /// # Errors
    ///
    /// The request is not valid; see [`validate`](Self::validate).
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

/// By which attribute a list is sorted, and which way.
///
/// Documented for strong identification histories; whether lists of users can be sorted is
/// not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Name of the attribute.
    pub by: String,
    /// Which way.
    pub order: SortOrder,
}

impl Sort {
    /// Sorts from the smallest to the largest.
    pub fn ascending(by: &str) -> Self {
        Self { by: by.to_owned(), order: SortOrder::Ascending }
    }

    /// Sorts from the largest to the smallest.
    pub fn descending(by: &str) -> Self {
        Self { by: by.to_owned(), order: SortOrder::Descending }
    }
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum SortOrder {
    /// From the smallest to the largest.
    #[default]
    Ascending,
    /// From the largest to the smallest.
    Descending,
}

impl SortOrder {
    /// Returns the order as a query spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// A [`PageRequest`] cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPageRequest {
    /// The count is 0 or more than [`PageRequest::MAX_COUNT`].
    #[error("`count` must be between 1 and {}", PageRequest::MAX_COUNT)]
    Count,
    /// The filter is invalid.
    #[error("invalid filter")]
    Filter(#[source] InvalidFilter),
    /// No attribute to sort by is named.
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
    fn a_request_that_the_service_would_refuse_is_not_sent() {
        let request = PageRequest::new();

        assert!(request.validate().is_ok());
        assert!(request.clone().count(0).query_pairs().is_err());
        assert!(request.clone().count(501).query_pairs().is_err());
        assert!(request.clone().sort(Sort::ascending("")).query_pairs().is_err());
        assert!(request.filter(Filter::present("")).query_pairs().is_err());
    }
}
