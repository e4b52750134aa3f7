//! Pages of lists.

use std::{fmt, marker::PhantomData, slice, vec};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_with::skip_serializing_none;

use crate::{
    PageRequest,
    lenient::{self, Elements},
};

/// One page of a list, as the service returns it.
///
/// A JSON object without `resources` is not a page, unless it says that there is nothing to
/// list: `{"totalResults": 0}` is an empty page. The three numbers are informational, so a number
/// that cannot be used deserializes as `None`. An object that repeats one of its members is no
/// page, either, nor is one with more elements than [`MAX_LEN`](Self::MAX_LEN).
///
/// Positions count from 0 (documented). A service that counts from 1, as SCIM does, cannot be told
/// from one that skips an element. Its lists cannot be followed from page to page:
/// [`try_next_request`](Self::try_next_request) returns an error that names this.
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
///
/// assert!(serde_json::from_str::<Page<User>>("{}").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// Number of elements in the whole list (documented).
    pub total_results: Option<u64>,
    /// Index of the page's first element; absent unless the request sets it (documented).
    pub start_index: Option<u64>,
    /// Number of elements per page; absent unless the request sets it (documented).
    ///
    /// The SDK does not use it: the next page starts after what was [received](Self::received).
    pub items_per_page: Option<u64>,
    /// Elements of this page.
    pub resources: Vec<T>,
    /// Number of elements that came, of which `resources` may have fewer.
    #[serde(skip)]
    received: u64,
}

impl<T> Page<T> {
    /// The largest number of elements of a page that is deserialized: 10,000, which is twenty times
    /// the [largest number](PageRequest::MAX_COUNT) that can be requested.
    ///
    /// More of them are an error, since a short element such as `{}` takes a thousand times as much
    /// memory as text.
    pub const MAX_LEN: usize = 20 * PageRequest::MAX_COUNT as usize;

    /// Creates a page of the given elements; the other fields are `None`.
    pub fn new(resources: Vec<T>) -> Self {
        let received = length(&resources);
        Self { total_results: None, start_index: None, items_per_page: None, resources, received }
    }

    /// Sets the number of elements that were received.
    ///
    /// Set it if `resources` has fewer elements than the service sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Page, PageRequest};
    ///
    /// // Two of three elements could be used; the next page starts after all three.
    /// let page = Page::new(vec!["a", "b"]).with_received(3);
    ///
    /// let next = page.next_request(&PageRequest::new());
    /// assert_eq!(next.map(|next| next.start_index), Some(3));
    /// ```
    #[must_use]
    pub fn with_received(self, received: u64) -> Self {
        Self { received, ..self }
    }

    /// Returns the number of elements that were received, whether they could be used or not.
    ///
    /// An element that is `null` is not in `resources`, but takes a position in the list.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Page, User};
    ///
    /// let page: Page<User> = serde_json::from_str(r#"{"resources": [null, {"id": "1"}]}"#)?;
    ///
    /// assert_eq!((page.resources.len(), page.received()), (1, 2));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn received(&self) -> u64 {
        self.received.max(length(&self.resources))
    }

    /// Returns the request for the next page, or `None` if this is the last one.
    ///
    /// `asked` is the request that returned this page. The result is also `None` if no page can
    /// follow because the page contradicts the request or itself;
    /// [`try_next_request`](Self::try_next_request) distinguishes that from the end of the list.
    pub fn next_request(&self, asked: &PageRequest) -> Option<PageRequest> {
        self.try_next_request(asked).ok().flatten()
    }

    /// Returns the request for the next page, or `None` if this is the last one.
    ///
    /// `asked` is the request that returned this page. The next page starts after all elements
    /// that were [received](Self::received), so a service may return fewer than requested.
    ///
    /// A page is the last one if it reaches `total_results`. Without a total, or if more elements
    /// came than it says, only an empty page is the last one: a short page does not show whether
    /// the list has ended or the service returns fewer elements than requested.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{InvalidPage, Page, PageRequest, User};
    ///
    /// let asked = PageRequest::new().start_index(100);
    /// let page: Page<User> = serde_json::from_str(r#"{"totalResults": 300, "resources": []}"#)?;
    ///
    /// let next = page.try_next_request(&asked);
    /// assert_eq!(next, Err(InvalidPage::EndsEarly { position: 100, total_results: 300 }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The page starts at another position than the request, also because the service
    /// [may count from 1](InvalidPage::may_count_from_1), or it is empty although `total_results`
    /// says that more follows.
    pub fn try_next_request(
        &self,
        asked: &PageRequest,
    ) -> Result<Option<PageRequest>, InvalidPage> {
        let position = asked.start_index;
        if self.received() == 0 {
            return match self.total_results {
                Some(total_results) if total_results > position => {
                    Err(InvalidPage::EndsEarly { position, total_results })
                }
                _ => Ok(None),
            };
        }
        if let Some(returned) = self.start_index
            && returned != position
        {
            return Err(InvalidPage::Position { requested: position, returned });
        }
        let next = position.checked_add(self.received()).ok_or(InvalidPage::TooLong)?;
        match self.total_results {
            Some(total) if next == total => Ok(None),
            _ => Ok(Some(asked.clone().start_index(next))),
        }
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

/// Compares what is serialized.
impl<T: PartialEq> PartialEq for Page<T> {
    fn eq(&self, other: &Self) -> bool {
        self.total_results == other.total_results
            && self.start_index == other.start_index
            && self.items_per_page == other.items_per_page
            && self.resources == other.resources
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

/// A page does not fit the request that returned it, or contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPage {
    /// The page is empty, but the list has more elements.
    #[error("the page at position {position} is empty, but `totalResults` is {total_results}")]
    EndsEarly {
        /// Position that was requested.
        position: u64,
        /// Number of elements in the whole list, as the page says.
        total_results: u64,
    },
    /// The page starts at another position than requested.
    #[error(
        "the page starts at position {returned}, but {requested} was requested{}",
        if self.may_count_from_1() { "; the service may count from 1" } else { "" }
    )]
    Position {
        /// Position that was requested.
        requested: u64,
        /// Position of the page's first element, as the page says.
        returned: u64,
    },
    /// The position after this page is not a 64-bit number.
    #[error("the position after the page is too large")]
    TooLong,
}

impl InvalidPage {
    /// Whether the page starts one position after the requested one.
    ///
    /// Then the service may count from 1, as SCIM does, while this SDK counts from 0, as
    /// documented. It may also have skipped an element: the page does not tell.
    pub fn may_count_from_1(&self) -> bool {
        matches!(self, Self::Position { requested, returned } if requested.checked_add(1) == Some(*returned))
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
        let Elements { list: resources, received } = match resources {
            Some(elements) => elements,
            None if total_results.is_some_and(|total| total <= start_index.unwrap_or(0)) => {
                Elements { list: Vec::new(), received: 0 }
            }
            None => return Err(A::Error::missing_field("resources")),
        };
        let page = Page { total_results, start_index, items_per_page, ..Page::new(resources) };
        Ok(page.with_received(u64::try_from(received).unwrap_or(u64::MAX)))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
struct Members<T> {
    #[serde(default, deserialize_with = "lenient::informational")]
    total_results: Option<u64>,
    #[serde(default, deserialize_with = "lenient::informational")]
    start_index: Option<u64>,
    #[serde(default, deserialize_with = "lenient::informational")]
    items_per_page: Option<u64>,
    resources: Option<Elements<T>>,
}

fn length<T>(elements: &[T]) -> u64 {
    u64::try_from(elements.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_next(page: &str, asked: &PageRequest, next: Result<Option<u64>, InvalidPage>) {
        let page: Page<u8> = serde_json::from_str(page).unwrap();

        let request = page.try_next_request(asked);
        assert_eq!(request.map(|next| next.map(|next| next.start_index)), next);
        let request = page.next_request(asked).map(|next| next.start_index);
        assert_eq!(request, next.unwrap_or(None));
    }

    #[test]
    fn the_next_page_starts_after_what_was_received() {
        let asked = PageRequest::new().start_index(4).count(2);

        check_next(r#"{"totalResults":7,"resources":[1,2]}"#, &asked, Ok(Some(6)));
        check_next(r#"{"totalResults":7,"resources":[1]}"#, &asked, Ok(Some(5)));
        check_next(r#"{"totalResults":7,"resources":[null,null]}"#, &asked, Ok(Some(6)));
        check_next(r#"{"totalResults":6,"resources":[1,2]}"#, &asked, Ok(None));
        check_next(r#"{"totalResults":4,"resources":[]}"#, &asked, Ok(None));
        check_next(r#"{"totalResults":4,"startIndex":0,"resources":[]}"#, &asked, Ok(None));
        check_next(r#"{"startIndex":4,"resources":[1,2]}"#, &asked, Ok(Some(6)));
    }

    #[test]
    fn without_a_total_only_an_empty_page_is_the_last_one() {
        let asked = PageRequest::new().start_index(4).count(2);

        check_next(r#"{"resources":[1,2]}"#, &asked, Ok(Some(6)));
        check_next(r#"{"resources":[1]}"#, &asked, Ok(Some(5)));
        check_next(r#"{"itemsPerPage":1,"resources":[1]}"#, &asked, Ok(Some(5)));
        check_next(r#"{"resources":[]}"#, &asked, Ok(None));
        // A total that is too small is none.
        check_next(r#"{"totalResults":5,"resources":[1,2]}"#, &asked, Ok(Some(6)));
    }

    #[test]
    fn a_page_that_contradicts_its_request_or_itself_is_not_the_last_one() {
        let asked = PageRequest::new().start_index(4).count(2);

        let early = InvalidPage::EndsEarly { position: 4, total_results: 7 };
        check_next(r#"{"totalResults":7,"resources":[]}"#, &asked, Err(early));
        let elsewhere = InvalidPage::Position { requested: 4, returned: 0 };
        check_next(r#"{"startIndex":0,"resources":[1,2]}"#, &asked, Err(elsewhere));
        let asked = asked.start_index(u64::MAX);
        check_next(r#"{"resources":[1]}"#, &asked, Err(InvalidPage::TooLong));
    }

    #[test]
    fn a_service_that_counts_from_1_is_named() {
        let asked = PageRequest::new().start_index(100);
        for (returned, is_next) in [(101, true), (100 + 2, false), (99, false), (1, false)] {
            let json = format!(r#"{{"startIndex":{returned},"resources":[1]}}"#);
            let page: Page<u8> = serde_json::from_str(&json).unwrap();

            let error = page.try_next_request(&asked).unwrap_err().to_string();

            assert_eq!(error.contains("may count from 1"), is_next, "{error}");
        }
        let page: Page<u8> =
            serde_json::from_str(r#"{"startIndex":1,"totalResults":0,"resources":[]}"#).unwrap();
        assert_eq!(page.try_next_request(&PageRequest::new()), Ok(None));
    }

    #[test]
    fn a_page_without_elements_is_read() {
        for text in [
            r#"{"resources":[]}"#,
            r#"{"resources":[null]}"#,
            r#"{"resources":[],"totalResults":null}"#,
        ] {
            assert_eq!(serde_json::from_str::<Page<u8>>(text).unwrap(), Page::default());
        }
        for text in [
            r#"{"totalResults":0}"#,
            r#"{"resources":null,"totalResults":0}"#,
            r#"{"totalResults":7,"startIndex":7}"#,
        ] {
            assert!(serde_json::from_str::<Page<u8>>(text).unwrap().resources.is_empty());
        }
    }

    #[test]
    fn an_object_without_elements_is_no_page() {
        for text in [
            "{}",
            r#"{"totalResults":3}"#,
            r#"{"totalResults":null,"resources":null}"#,
            r#"{"totalResults":3,"startIndex":2,"resources":null}"#,
            r#"{"errorMessage":"down","statusCode":500}"#,
        ] {
            let error = serde_json::from_str::<Page<u8>>(text).unwrap_err();
            assert!(error.to_string().contains("`resources`"), "{error}");
        }
    }

    #[test]
    fn numbers_that_only_inform_never_fail() {
        for (text, number) in [
            ("10", Some(10)),
            ("10.0", Some(10)),
            ("1e1", Some(10)),
            (r#""10""#, Some(10)),
            ("18446744073709551615", Some(u64::MAX)),
            ("0.5", None),
            ("-1", None),
            ("-1.0", None),
            ("1e300", None),
            (r#""ten""#, None),
            ("true", None),
            ("null", None),
            (r#"{"a":[1]}"#, None),
            ("[1,[2]]", None),
        ] {
            let json = format!(
                r#"{{"totalResults":{text},"startIndex":{text},"itemsPerPage":{text},"resources":[1]}}"#
            );
            let page: Page<u8> = serde_json::from_str(&json).unwrap();

            let numbers = [page.total_results, page.start_index, page.items_per_page];
            assert_eq!(numbers, [number; 3], "{text}");
            assert_eq!(page.resources, [1]);
        }
    }

    #[test]
    fn nothing_but_an_object_is_a_page() {
        for text in ["[]", "[1,0,100,[]]", "null", "7", r#""""#] {
            assert!(serde_json::from_str::<Page<u8>>(text).is_err(), "{text}");
        }
    }
}
