//! What a stream noticed of changes of a list while it read it.

/// What a stream noticed of changes of a list while it read it.
///
/// The service pages by position (documented). While users are created and deleted, the positions
/// of others shift, so that a page may repeat users of the page before it, or skip some. The
/// numbers are those of the last pass, up to the last page that was read; of a stream that was
/// resumed, they are those since then, and [`changed_before`](Self::changed_before) tells about the
/// part before.
///
/// A pass of [`Items::until_clean`](crate::Items::until_clean) notices each shift. Without it,
/// pages do not overlap, and a creation and a deletion between two pages that cancel each other
/// out are not noticed.
///
/// # Examples
///
/// ```
/// use futures_util::TryStreamExt as _;
/// use trivore_models::PageRequest;
///
/// # use trivore_transport::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = trivore_sandbox::Sandbox::start().await?;
/// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
/// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
/// # let users = trivore_users::Users::new(client.build()?);
/// # for _ in 0..5 {
/// #     sandbox.add_user(serde_json::json!({}))?;
/// # }
/// let mut items = users.items(PageRequest::new().count(2));
/// items.try_next().await?;
/// sandbox.add_user(serde_json::json!({"username": "maija"}))?;
/// while items.try_next().await?.is_some() {}
///
/// assert!(!items.drift().is_clean());
/// assert_eq!(items.drift().changed_totals, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// Passes over the list that have begun; 1 without
    /// [`Items::until_clean`](crate::Items::until_clean).
    pub passes: u32,
    /// Pages with another total than the page before them.
    pub changed_totals: u64,
    /// Rows that came again.
    pub repeated_rows: u64,
    /// Pages before the last one with fewer rows than the pages around them.
    pub short_pages: u64,
    /// Pages that said to start at another position than requested.
    pub wrong_positions: u64,
    /// Pages that were not where the page before them ended, although no row may be missing.
    pub shifted_pages: u64,
    /// Places between pages where rows may be missing.
    pub gaps: u64,
    /// Whether the stream that this one [resumes](crate::Items::resume) had noticed changes.
    pub changed_before: bool,
}

impl Drift {
    /// Whether the last pass noticed no change, from the beginning of the list on.
    ///
    /// For a stream that was [resumed](crate::Items::resume), that includes the streams before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::Drift;
    ///
    /// let mut drift = Drift::default();
    /// assert!(drift.is_clean());
    ///
    /// drift.repeated_rows = 1;
    /// assert!(!drift.is_clean());
    /// ```
    pub fn is_clean(&self) -> bool {
        *self == Self { passes: self.passes, ..Self::default() }
    }

    /// Begins another pass.
    pub(crate) fn begin_pass(&mut self) {
        *self = Self { passes: self.passes.saturating_add(1), ..Self::default() };
    }
}
