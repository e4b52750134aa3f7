//! Pages of lists.

use std::{fmt, marker::PhantomData, slice, vec};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_with::skip_serializing_none;

use crate::{PageRequest, lenient};

/// One page of a list, as the service returns it.
///
/// # Examples
///
/// ```
/// use trivore_models::{Page, PageRequest, User};
///
/// let request = PageRequest::new().count(2);
/// let page: Page<User> =
///     serde_json::from_str(r#"{"totalResults": 3, "resources": [{"id": "1"}, {"id": "2"}]}"#)?;
///
/// for user in &page {
///     assert!(user.id.is_some());
/// }
/// let next = page.next_request(&request);
/// assert_eq!(next, Some(PageRequest::new().start_index(2).count(2)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// Number of elements in the whole list (documented).
    pub total_results: Option<u64>,
    /// Index of the page's first element; absent unless the request sets it (documented).
    pub start_index: Option<u64>,
    /// Number of elements per page; absent unless the request sets it (documented).
    pub items_per_page: Option<u64>,
    /// Elements of this page.
    pub resources: Vec<T>,
}

impl<T> Page<T> {
    /// Creates a page of the given elements; the other fields are `None`.
    pub fn new(resources: Vec<T>) -> Self {
        Self { total_results: None, start_index: None, items_per_page: None, resources }
    }

    /// Returns the request for the next page, or `None` if this is the last one.
    ///
    /// A page is the last one if it is empty or reaches `total_results`. If `total_results` is
    /// missing, a page with fewer elements than requested is the last one.
    pub fn next_request(&self, asked: &PageRequest) -> Option<PageRequest> {
        let received = u64::try_from(self.resources.len()).unwrap_or(u64::MAX);
        let next = asked.start_index.saturating_add(received);
        let is_last = match self.total_results {
            Some(total) => next >= total,
            None => received < u64::from(asked.count),
        };
        if received == 0 || is_last {
            return None;
        }
        Some(asked.clone().start_index(next))
    }

    /// Iterates over the elements.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.resources.iter()
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.resources.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Accepts only JSON objects.
///
/// A derived implementation would also accept an array of the members, and `[]` would
/// deserialize as an empty page.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Page<T>, A::Error> {
        let read = Members::deserialize(MapAccessDeserializer::new(map))?;
        let Members { total_results, start_index, items_per_page, resources } = read;
        Ok(Page { total_results, start_index, items_per_page, resources })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
struct Members<T> {
    total_results: Option<u64>,
    start_index: Option<u64>,
    items_per_page: Option<u64>,
    #[serde(default = "Vec::new", deserialize_with = "lenient::full_list")]
    resources: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_next(page: &str, asked: &PageRequest, next: Option<u64>) {
        let page: Page<u8> = serde_json::from_str(page).unwrap();

        assert_eq!(page.next_request(asked).map(|request| request.start_index), next);
    }

    #[test]
    fn the_next_page_starts_after_what_was_received() {
        let asked = PageRequest::new().start_index(4).count(2);

        check_next(r#"{"totalResults":7,"resources":[1,2]}"#, &asked, Some(6));
        check_next(r#"{"totalResults":7,"resources":[1]}"#, &asked, Some(5));
        check_next(r#"{"totalResults":6,"resources":[1,2]}"#, &asked, None);
        check_next(r#"{"totalResults":7,"resources":[]}"#, &asked, None);
        check_next(r#"{"resources":[1,2]}"#, &asked, Some(6));
        check_next(r#"{"resources":[1]}"#, &asked, None);
    }

    #[test]
    fn a_page_without_elements_is_read() {
        for text in ["{}", r#"{"resources":null,"totalResults":null}"#, r#"{"resources":[null]}"#] {
            assert_eq!(serde_json::from_str::<Page<u8>>(text).unwrap(), Page::default());
        }
    }

    #[test]
    fn nothing_but_an_object_is_a_page() {
        for text in ["[]", "[1,0,100,[]]", "null", "7", r#""""#] {
            assert!(serde_json::from_str::<Page<u8>>(text).is_err(), "{text}");
        }
    }
}
