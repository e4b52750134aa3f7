//! Filters, sorts and pages lists.

use std::cmp::Ordering;

use serde_json::Value;
use trivore_models::Filter;

use crate::api::query::Query;
use crate::api::response::{ApiResponse, ApiResult};
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::document::Document;
use crate::values::filter;

/// Returns one page of documents.
///
/// `render` creates the JSON for the client; it is called only for the documents of the page.
pub(crate) fn page<'a>(
    documents: impl Iterator<Item = &'a Document>,
    query: &Query,
    rules: &Rules,
    render: impl Fn(&'a Document) -> Value,
) -> ApiResult {
    let paging = Paging::read(query, rules)?;
    let mut found: Vec<&Document> = documents.collect();
    if let Some(filter) = read_filter(query)? {
        if rules.unknown_filter_attribute_refused {
            refuse_unknown(&filter, &found)?;
        }
        found.retain(|document| filter::matches(&filter, document, rules));
    }
    sort(&mut found, query, rules)?;

    let total = found.len();
    let resources: Vec<Value> =
        found.into_iter().skip(paging.start).take(paging.count).map(render).collect();
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

fn refuse_unknown(filter: &Filter, documents: &[&Document]) -> Result<(), ApiError> {
    let mut attributes = Vec::new();
    filter::attributes(filter, &mut attributes);
    for attribute in attributes {
        if !documents.iter().any(|document| !filter::values(document, attribute).is_empty()) {
            let message = format!("Parameter \"filter\": unknown attribute {attribute}.");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(())
}

/// Sorts by `sortBy`; `sortOrder` or `ascending` sets the direction.
fn sort(found: &mut [&Document], query: &Query, rules: &Rules) -> Result<(), ApiError> {
    let Some(attribute) = query.get("sortBy") else { return Ok(()) };
    let direction = query.get("sortOrder").or_else(|| query.get("ascending"));
    let descends = match direction.map(str::to_ascii_lowercase).as_deref() {
        None | Some("ascending" | "asc" | "true") => false,
        Some("descending" | "desc" | "false") => true,
        Some(_) => {
            return Err(ApiError::bad_request(
                "The sort direction must be \"ascending\" or \"descending\".",
            ));
        }
    };
    found.sort_by(|left, right| {
        let left = filter::values(left, attribute);
        let right = filter::values(right, attribute);
        let ordering = order(left.first().copied(), right.first().copied(), rules);
        if descends { ordering.reverse() } else { ordering }
    });
    Ok(())
}

/// Compares two values of a field; missing values sort first.
fn order(left: Option<&Value>, right: Option<&Value>, rules: &Rules) -> Ordering {
    match (left, right) {
        (Some(Value::String(left)), Some(Value::String(right))) => {
            filter::compare_texts(left, right, rules)
        }
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(left), Some(right)) => {
            left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal)
        }
        (left, right) => left.is_some().cmp(&right.is_some()),
    }
}

/// Documented maximum of a page.
const MAX_COUNT: usize = 500;
/// Default of the vendor's SDK; the default of the service is unknown.
const DEFAULT_COUNT: usize = 100;

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
