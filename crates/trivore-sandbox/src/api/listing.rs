//! Filters, sorts and pages lists.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;
use trivore_models::Filter;

use crate::api::query::Query;
use crate::api::response::{ApiResponse, ApiResult};
use crate::values::api_error::ApiError;
use crate::values::attribute_paths::PathNumber;
use crate::values::behavior_rules::Rules;
use crate::values::document::Document;
use crate::values::filter::{self, Attribute, Found, Source, Test};

/// Returns one page of documents.
///
/// `render` creates the JSON for the client; it is called only for the documents of the page.
pub(crate) fn page<'a, S: Source + 'a>(
    documents: impl Iterator<Item = &'a S>,
    query: &Query,
    rules: &Rules,
    render: impl Fn(&'a S) -> Value,
) -> ApiResult {
    Listing::read(query, rules, &|_| PathNumber::Unlisted)?.page(documents, render)
}

/// What a request asks for: a filter, an order, and a part of the list.
pub(crate) struct Listing<'r> {
    filter: Option<Test>,
    order: Option<SortOrder>,
    paging: Paging,
    rules: &'r Rules,
}

impl<'r> Listing<'r> {
    /// Reads a request; `number` finds the number of an attribute path.
    pub(crate) fn read(
        query: &Query,
        rules: &'r Rules,
        number: &dyn Fn(&str) -> PathNumber,
    ) -> Result<Self, ApiError> {
        Ok(Self {
            paging: Paging::read(query, rules)?,
            filter: read_filter(query)?.map(|filter| Test::new(&filter, rules, number)),
            order: SortOrder::read(query, number)?,
            rules,
        })
    }

    /// Returns the filter, if documents that it excludes can be left out of the list.
    pub(crate) fn filter(&self) -> Option<&Test> {
        self.filter.as_ref().filter(|_| !self.rules.unknown_filter_attribute_refused)
    }

    /// Returns the attributes that are read of each document.
    pub(crate) fn attributes(&self) -> Vec<&Attribute> {
        let mut found = Vec::new();
        if let Some(filter) = &self.filter {
            filter.attributes(&mut found);
        }
        found.extend(self.order.as_ref().map(|order| &order.attribute));
        found
    }

    /// Returns the requested page; only its documents are rendered.
    pub(crate) fn page<'a, S: Source + 'a>(
        &self,
        documents: impl Iterator<Item = &'a S>,
        render: impl Fn(&'a S) -> Value,
    ) -> ApiResult {
        let Self { filter, order, paging, rules } = self;
        let all: Vec<&S>;
        let documents: Box<dyn Iterator<Item = &'a S>> = match filter {
            Some(filter) if rules.unknown_filter_attribute_refused => {
                all = documents.collect();
                refuse_unknown(filter, &all)?;
                Box::new(all.into_iter().filter(|document| filter.matches(*document)))
            }
            Some(filter) => Box::new(documents.filter(|document| filter.matches(*document))),
            None => Box::new(documents),
        };
        let (total, part) = if let Some(order) = order {
            order.part(documents, paging, rules)
        } else {
            let found: Vec<&S> = documents.collect();
            let total = found.len();
            (total, found.into_iter().skip(paging.start).take(paging.count).collect())
        };
        let resources: Vec<Value> = part.into_iter().map(render).collect();

        let mut page = Document::from_iter([("resources".to_owned(), resources.into())]);
        if !rules.page_total_omitted {
            page.insert("totalResults".to_owned(), total.into());
        }
        if paging.is_requested || rules.page_numbers_always {
            page.insert("startIndex".to_owned(), paging.start.into());
            page.insert("itemsPerPage".to_owned(), paging.count.into());
        }
        Ok(ApiResponse::ok(page))
    }
}

/// The requested part of a list; `startIndex` counts from 0.
#[derive(Debug, PartialEq, Eq)]
struct Paging {
    start: usize,
    count: usize,
    is_requested: bool,
}

impl Paging {
    fn read(query: &Query, rules: &Rules) -> Result<Self, ApiError> {
        let start = query
            .number("startIndex")?
            .map(|start| if rules.start_index_ignored { 0 } else { start });
        let count = query.number("count")?;
        if rules.count_over_limit_refused && count.is_some_and(|count| count > MAX_COUNT) {
            let message = format!("Parameter \"count\" must be at most {MAX_COUNT}.");
            return Err(ApiError::bad_request(message));
        }
        Ok(Self {
            start: start.unwrap_or(0),
            count: count.unwrap_or(DEFAULT_COUNT).min(MAX_COUNT),
            is_requested: start.is_some() || count.is_some(),
        })
    }
}

fn read_filter(query: &Query) -> Result<Option<Filter>, ApiError> {
    let Some(text) = query.get("filter").filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let invalid = |error| ApiError::bad_request(format!("Parameter \"filter\": {error}."));
    text.parse().map(Some).map_err(invalid)
}

fn refuse_unknown(filter: &Test, documents: &[&impl Source]) -> Result<(), ApiError> {
    let mut attributes = Vec::new();
    filter.attributes(&mut attributes);
    for attribute in attributes {
        if !documents.iter().any(|document| document.any_value(attribute, &mut |_| true)) {
            let name = &attribute.name;
            let message = format!("Parameter \"filter\": unknown attribute {name}.");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(())
}

/// The attribute to sort by, and the direction.
struct SortOrder {
    attribute: Attribute,
    descends: bool,
}

impl SortOrder {
    /// Reads `sortBy`; `sortOrder` or `ascending` sets the direction.
    fn read(query: &Query, number: &dyn Fn(&str) -> PathNumber) -> Result<Option<Self>, ApiError> {
        let directions = [descends(query, "sortOrder")?, descends(query, "ascending")?];
        let Some(attribute) = query.get("sortBy") else { return Ok(None) };
        let descends = directions.into_iter().flatten().next().unwrap_or(false);
        Ok(Some(Self { attribute: Attribute::new(attribute, number), descends }))
    }

    /// Returns the length of a list and one part of it, without sorting the others.
    fn part<'a, S: Source>(
        &self,
        documents: impl Iterator<Item = &'a S>,
        paging: &Paging,
        rules: &Rules,
    ) -> (usize, Vec<&'a S>) {
        let keyed = documents.enumerate().map(|(index, document)| {
            (SortKey::of(document, &self.attribute, rules), index, document)
        });
        let mut keyed: Vec<(SortKey<'a>, usize, &'a S)> = keyed.collect();
        let total = keyed.len();
        let compare = |left: &(SortKey<'a>, usize, &S), right: &(SortKey<'a>, usize, &S)| {
            let order = left.0.cmp(&right.0);
            let order = if self.descends { order.reverse() } else { order };
            order.then(left.1.cmp(&right.1))
        };
        let mut part = keyed.as_mut_slice();
        if paging.start > 0 && paging.start < part.len() {
            part.select_nth_unstable_by(paging.start, compare);
        }
        part = part.get_mut(paging.start..).unwrap_or_default();
        if paging.count < part.len() {
            part.select_nth_unstable_by(paging.count, compare);
            part = part.get_mut(..paging.count).unwrap_or_default();
        }
        part.sort_unstable_by(compare);
        (total, part.iter().map(|(_, _, document)| *document).collect())
    }
}

/// Reads a parameter for the direction of an order.
fn descends(query: &Query, name: &str) -> Result<Option<bool>, ApiError> {
    match query.get(name).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(None),
        Some("ascending" | "asc" | "true") => Ok(Some(false)),
        Some("descending" | "desc" | "false") => Ok(Some(true)),
        Some(_) => {
            let message = format!("Parameter \"{name}\" must be \"ascending\" or \"descending\".");
            Err(ApiError::bad_request(message))
        }
    }
}

/// The first value of a field, in the order of lists: missing values, times, texts, others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey<'a> {
    Missing,
    Time(Timestamp),
    /// The first bytes, which decide most comparisons, and the text.
    Text(u128, Cow<'a, str>),
    Object,
    Bool(bool),
    Number(SortNumber),
}

impl<'a> SortKey<'a> {
    fn of(document: &'a impl Source, attribute: &Attribute, rules: &Rules) -> Self {
        let mut key = Self::Missing;
        document.any_value(attribute, &mut |found| {
            key = match found {
                Found::Null | Found::Object { .. } => Self::Object,
                Found::Bool(flag) => Self::Bool(flag),
                Found::Integer(number) => Self::Number(SortNumber::of(number)),
                Found::Float(number) => Self::Number(SortNumber(number)),
                Found::Text(text) => match filter::time(&text) {
                    Some(time) => Self::Time(time),
                    None if rules.filter_case_sensitive => Self::text(text),
                    None => Self::text(text.to_lowercase().into()),
                },
            };
            true
        });
        key
    }

    fn text(text: Cow<'a, str>) -> Self {
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        Self::Text(u128::from_be_bytes(first), text)
    }
}

/// A number with a total order.
struct SortNumber(f64);

impl SortNumber {
    fn of(number: i64) -> Self {
        // The nearest floating-point number is exact enough for an order.
        Self(number.to_string().parse().unwrap_or(0.0))
    }
}

impl PartialEq for SortNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortNumber {}

impl PartialOrd for SortNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SortNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Documented maximum of a page.
pub(crate) const MAX_COUNT: usize = 500;
/// Default of the vendor's SDK; the default of the service is unknown.
pub(crate) const DEFAULT_COUNT: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, rules: &Rules) -> Result<(usize, usize, bool), String> {
        Paging::read(&Query::parse(query.as_bytes()), rules)
            .map(|paging| (paging.start, paging.count, paging.is_requested))
            .map_err(|error| error.message)
    }

    #[test]
    fn pages_start_at_0_and_hold_at_most_500() {
        let mut rules = Rules::default();
        assert_eq!(read("", &rules), Ok((0, 100, false)));
        assert_eq!(read("startIndex=7&count=3", &rules), Ok((7, 3, true)));
        assert_eq!(read("count=501", &rules), Ok((0, 500, true)));
        for bad in ["count=-1", "count=x", "startIndex=", "startIndex=1.5"] {
            assert!(read(bad, &rules).is_err(), "{bad}");
        }
        rules.count_over_limit_refused = true;
        assert!(read("count=501", &rules).is_err());
    }
}
