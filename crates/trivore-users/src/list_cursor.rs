//! A position in a list, to be stored.

use serde::{Deserialize, Serialize};
use trivore_models::{PageRequest, Timestamp};
use trivore_transport::{Error, Result};

use crate::page_progress::RowKey;
use crate::row_id::RowId;

/// A position in a list, returned by [`Items::cursor`](crate::Items::cursor).
///
/// It is plain data for serde, such as JSON in a file, and
/// [`Items::resume`](crate::Items::resume) continues there. It has a version, which is checked
/// when it is deserialized.
///
/// It has no personal data: the position, the total, whether the list was seen to change, a check
/// value of the filter and the sort order, and 16 bits of a hash of the last user's identifier. The
/// filter is not in it, so that you pass the same request again; who knows the check value can
/// confirm a guess of the filter, but not read it.
///
/// # Examples
///
/// ```
/// use futures_util::TryStreamExt as _;
/// use trivore_models::PageRequest;
/// use trivore_users::ListCursor;
///
/// # use trivore_transport::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = trivore_sandbox::Sandbox::start().await?;
/// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
/// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
/// # let users = trivore_users::Users::new(client.build()?);
/// # for _ in 0..4 {
/// #     sandbox.add_user(serde_json::json!({}))?;
/// # }
/// let request = PageRequest::new().count(3);
/// let mut items = users.items(request.clone());
/// items.try_next().await?;
/// items.try_next().await?;
/// let stored = serde_json::to_string(&items.cursor())?;
///
/// let cursor: ListCursor = serde_json::from_str(&stored)?;
/// let rest = users.items(request).resume(&cursor)?;
///
/// assert_eq!(rest.try_collect::<Vec<_>>().await?.len(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "AnyVersion")]
pub struct ListCursor {
    version: u32,
    start_index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_results: Option<u64>,
    query: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_row: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_since: Option<Timestamp>,
    /// Whether the list was seen to change before the position.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_changed: bool,
}

impl ListCursor {
    pub(crate) fn new(
        request: &PageRequest,
        start_index: u64,
        total_results: Option<u64>,
        last_row: Option<&RowKey>,
        next_since: Option<Timestamp>,
        has_changed: bool,
    ) -> Self {
        let query = query_check(request).unwrap_or_default();
        let last_row = last_row.and_then(row_check);
        Self {
            version: VERSION,
            start_index,
            total_results,
            query,
            last_row,
            next_since,
            has_changed,
        }
    }

    /// Returns the position of the next user in the list, from 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::ListCursor;
    ///
    /// let stored = r#"{"version":1,"startIndex":1500,"totalResults":2000,"query":2166136261}"#;
    /// let cursor: ListCursor = serde_json::from_str(stored)?;
    ///
    /// assert_eq!(cursor.start_index(), 1500);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn start_index(&self) -> u64 {
        self.start_index
    }

    pub(crate) fn total_results(&self) -> Option<u64> {
        self.total_results
    }

    /// Returns a check value of the row before the position.
    pub(crate) fn row_before(&self) -> Option<u16> {
        self.last_row
    }

    pub(crate) fn has_changed(&self) -> bool {
        self.has_changed
    }

    pub(crate) fn since(&self) -> Option<&Timestamp> {
        self.next_since.as_ref()
    }

    /// Checks that the cursor is one of this list.
    pub(crate) fn check(&self, request: &PageRequest) -> Result<()> {
        if self.query == query_check(request)? {
            return Ok(());
        }
        Err(Error::input("the cursor is of a list with another filter or sort order"))
    }
}

/// Returns 16 bits that distinguish a row from its neighbors, but not among all rows.
pub(crate) fn row_check(key: &RowKey) -> Option<u16> {
    let hash = match key {
        RowKey::Id(RowId::Hex(bytes)) => hash(bytes),
        RowKey::Id(RowId::Text(text)) => hash(text.as_bytes()),
        RowKey::Content(_) | RowKey::Unknown => return None,
    };
    let [high, low, other_high, other_low] = hash.to_be_bytes();
    Some(u16::from_be_bytes([high, low]) ^ u16::from_be_bytes([other_high, other_low]))
}

/// Returns a check value of what selects and orders the rows.
fn query_check(request: &PageRequest) -> Result<u32> {
    let pairs = request.query_pairs().map_err(Error::input)?;
    let mut text = String::new();
    for (name, value) in pairs {
        if !matches!(name, "startIndex" | "count") {
            text.extend([name, "=", &value, "\n"]);
        }
    }
    Ok(hash(text.as_bytes()))
}

/// FNV-1a, which is the same in every version and on every machine.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The members of cursors of this version; others may have none of them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyVersion {
    version: u32,
    start_index: Option<u64>,
    total_results: Option<u64>,
    query: Option<u32>,
    last_row: Option<u16>,
    next_since: Option<Timestamp>,
    #[serde(default)]
    has_changed: bool,
}

impl TryFrom<AnyVersion> for ListCursor {
    type Error = InvalidCursor;

    fn try_from(read: AnyVersion) -> std::result::Result<Self, InvalidCursor> {
        let AnyVersion { version, total_results, last_row, next_since, has_changed, .. } = read;
        if version != VERSION {
            return Err(InvalidCursor::Version(version));
        }
        let start_index = read.start_index.ok_or(InvalidCursor::Missing("startIndex"))?;
        let query = read.query.ok_or(InvalidCursor::Missing("query"))?;
        Ok(Self { version, start_index, total_results, query, last_row, next_since, has_changed })
    }
}

/// Why something is no cursor.
#[derive(Debug)]
enum InvalidCursor {
    Version(u32),
    Missing(&'static str),
}

impl std::fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(version) => {
                write!(f, "the cursor has version {version}, but only {VERSION} can be read")
            }
            Self::Missing(member) => write!(f, "the cursor has no `{member}`"),
        }
    }
}

const VERSION: u32 = 1;
