//! Reads a page row by row if it cannot be read as a whole.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use trivore_models::{Page, PageRequest};
use trivore_transport::{Call, DecodeError, Result, decode_json};

use crate::Users;
use crate::json_scanner::JsonScanner;
use crate::page_call::paged;

/// A row of a list that could not be read, and that a stream skipped.
///
/// `Debug` shows where and why, but not the row.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    index: u64,
    error: DecodeError,
    raw: Vec<u8>,
}

impl UnreadableRow {
    /// Returns the row's position in the whole list, from 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!(row.index(), 1);
    /// });
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Returns where the row could not be read and what was expected there, never the value.
    ///
    /// Its path starts at the page, such as `resources[3].name.givenName`.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!(row.error().path(), "resources[1].id");
    /// });
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// Returns the text of the row as it was received; it may contain personal data.
    ///
    /// Bytes that are not UTF-8 are replaced; see [`raw_bytes`](Self::raw_bytes).
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!(row.raw_text(), r#"{"id": 7}"#);
    /// });
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.raw)
    }

    /// Returns the bytes of the row as they were received; they may contain personal data.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_models::PageRequest;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_users::Error> {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let page = r#"{"totalResults": 2, "resources": [{"id": "1"}, {"id": 7}]}"#;
    /// #     Ok::<_, BoxError>(Response::new(page.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// let items = users.items(PageRequest::new()).skip_unreadable(|row| {
    ///     assert_eq!(row.raw_bytes(), br#"{"id": 7}"#);
    /// });
    ///
    /// assert_eq!(items.try_collect::<Vec<_>>().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw_bytes(&self) -> &[u8] {
        &self.raw
    }
}

impl fmt::Debug for UnreadableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableRow")
            .field("index", &self.index)
            .field("error", &self.error)
            .field("raw", &format_args!("<{} bytes>", self.raw.len()))
            .finish()
    }
}

/// A page, and its rows that could not be read.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    pub(crate) page: Page<T>,
    pub(crate) unreadable: Vec<UnreadableRow>,
}

impl<T> Rows<T> {
    /// Converts the rows that could be read.
    pub(crate) fn map<U>(self, convert: impl FnMut(T) -> U) -> Rows<U> {
        let Self { page, unreadable } = self;
        let received = page.received();
        let Page { total_results, start_index, items_per_page, resources, .. } = page;
        let resources = resources.into_iter().map(convert).collect();
        let mut page = Page::new(resources).with_received(received);
        page.total_results = total_results;
        page.start_index = start_index;
        page.items_per_page = items_per_page;
        Rows { page, unreadable }
    }
}

/// What to do with a row that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It fails the whole page.
    Fails,
    /// It is set apart.
    IsSetApart,
}

impl Users {
    /// Sends a call for one page, and reads the page row by row if there is no other way.
    pub(crate) async fn send_paged<T: DeserializeOwned + Send>(
        &self,
        call: Call<Page<T>>,
        request: &PageRequest,
        rule: Unreadable,
    ) -> Result<Rows<T>> {
        let mut unreadable = Vec::new();
        let recover = |body: &[u8]| {
            let rows = read_rows(body, request.start_index, rule)?;
            unreadable = rows.unreadable;
            Some(rows.page)
        };
        let page = self.client.send_or_recover(paged(call, request), recover).await?;
        Ok(Rows { page, unreadable })
    }
}

/// Reads the rows of a page one by one; `None` if it is no page, or a row fails it.
fn read_rows<T: DeserializeOwned>(json: &[u8], start: u64, rule: Unreadable) -> Option<Rows<T>> {
    let parts = Parts::of(json)?;
    let (mut resources, mut unreadable) = (Vec::new(), Vec::new());
    for (number, &raw) in parts.rows.iter().enumerate() {
        if raw == b"null" {
            continue;
        }
        match decode_json(raw) {
            Ok(row) => resources.push(row),
            Err(_) if rule == Unreadable::Fails || unreadable.len() == MAX_UNREADABLE => {
                return None;
            }
            Err(error) => unreadable.push(UnreadableRow {
                index: start.saturating_add(u64::try_from(number).unwrap_or(u64::MAX)),
                error: error.within(&format!("resources[{number}]")),
                raw: raw.to_vec(),
            }),
        }
    }
    let received = u64::try_from(parts.rows.len()).unwrap_or(u64::MAX);
    let mut page = Page::new(resources).with_received(received);
    page.total_results = informational(parts.total_results);
    page.start_index = informational(parts.start_index);
    page.items_per_page = informational(parts.items_per_page);
    Some(Rows { page, unreadable })
}

/// Reads a number as [`Page`] does, but one that is no valid JSON is `None`, too.
fn informational(json: Option<&[u8]>) -> Option<u64> {
    let page = [br#"{"resources":[],"totalResults":"#, json?, b"}"].concat();
    decode_json::<Page<IgnoredAny>>(&page).ok()?.total_results
}

/// The parts of a page's JSON.
#[derive(Default)]
struct Parts<'a> {
    total_results: Option<&'a [u8]>,
    start_index: Option<&'a [u8]>,
    items_per_page: Option<&'a [u8]>,
    rows: Vec<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(json: &'a [u8]) -> Option<Self> {
        let mut scanner = JsonScanner::new(json);
        let (mut parts, mut rows) = (Self::default(), None);
        scanner.list(b'{', b'}', |scanner| {
            let name = scanner.value().filter(|name| name.first() == Some(&b'"'))?;
            scanner.skip(b':')?;
            let value = scanner.value()?;
            let name: String = serde_json::from_slice(name).unwrap_or_default();
            let place = match name.as_str() {
                "resources" => &mut rows,
                "totalResults" => &mut parts.total_results,
                "startIndex" => &mut parts.start_index,
                "itemsPerPage" => &mut parts.items_per_page,
                _ => return serde_json::from_slice(value).ok().map(|IgnoredAny| ()),
            };
            // A page in which one of these is repeated is none, however it is read.
            place.replace(value).is_none().then_some(())
        })?;
        scanner.is_at_end().then_some(())?;
        JsonScanner::new(rows?).list(b'[', b']', |scanner| {
            parts.rows.push(scanner.value()?);
            (parts.rows.len() <= Page::<()>::MAX_LEN).then_some(())
        })?;
        Some(parts)
    }
}

/// As many rows as a page can have; a server that sends more must not fill the memory.
const MAX_UNREADABLE: usize = PageRequest::MAX_COUNT as usize;

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(json: &str) -> Option<Vec<&str>> {
        let parts = Parts::of(json.as_bytes())?;
        Some(parts.rows.into_iter().map(|row| str::from_utf8(row).unwrap()).collect())
    }

    #[test]
    fn rows_are_found_whatever_they_contain() {
        let row = r#"{"a":"]},\"[{\\","b":[[{}],"\\\""],"c":1e400}"#;
        for json in [
            format!(r#"{{"resources":[{row},null, 7 ,"x",[]]}}"#),
            format!(" {{ \"a\" : {{}} , \"resources\" :\n[ {row} , null,7,\"x\",[] ] }}\n"),
        ] {
            assert_eq!(rows(&json).unwrap(), [row, "null", "7", r#""x""#, "[]"]);
        }
        assert_eq!(rows(r#"{"resources":[ ]}"#).unwrap(), Vec::<&str>::new());
        assert_eq!(rows(r#"{"\ud800":1,"re\u0073ources":[7],"\ud800":1}"#).unwrap(), ["7"]);
    }

    #[test]
    fn what_is_no_page_has_no_rows() {
        for json in [
            "",
            "[]",
            "{}",
            r#"{"resources":null}"#,
            r#"{"resources":{}}"#,
            r#"{"resources":[1,,2]}"#,
            r#"{"resources":[1,]}"#,
            r#"{"resources":[1 2]}"#,
            r#"{"resources":[1]"#,
            r#"{"resources":[1"#,
            r#"{"resources":["1]}"#,
            r#"{"resources":[1]}}"#,
            r#"{"resources":[1],"resources":[2]}"#,
            r#"{"re\u0073ources":[1],"resources":[2]}"#,
            r#"{"totalResults":1,"resources":[1],"totalResults":1}"#,
            r#"{"resources":[1],"a":nope}"#,
            r#"{"resources":[1],a:2}"#,
            r#"{"resources" [1]}"#,
        ] {
            assert_eq!(rows(json), None, "{json}");
        }
    }

    #[test]
    fn numbers_that_only_inform_fail_no_page() {
        let json = br#"{"totalResults":1e400,"startIndex":7.0,"itemsPerPage":x,"resources":[1]}"#;

        let rows: Rows<u8> = read_rows(json, 7, Unreadable::Fails).unwrap();

        let page = rows.page;
        assert_eq!(
            (page.total_results, page.start_index, page.items_per_page),
            (None, Some(7), None)
        );
        assert_eq!(page.resources, [1]);
    }
}
