//! What a look-up tells.

/// What a look-up tells about a call whose outcome is unknown.
///
/// # Examples
///
/// ```
/// use trivore_users::Reconciled;
///
/// let is_safe_to_repeat = |reconciled: &Reconciled<()>| match reconciled {
///     Reconciled::NotApplied => true,
///     Reconciled::Applied(()) | Reconciled::Unknown => false,
/// };
///
/// assert!(!is_safe_to_repeat(&Reconciled::Unknown));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a look-up can tell nothing else")]
pub enum Reconciled<T> {
    /// The service has what the call was to bring about.
    Applied(T),
    /// The service does not have it, so the call can be repeated.
    NotApplied,
    /// What the service has does not tell whether the call was applied.
    Unknown,
}

impl<T> Reconciled<T> {
    pub(super) fn applied_if(is_applied: bool, stored: T) -> Self {
        if is_applied { Self::Applied(stored) } else { Self::NotApplied }
    }

    /// Returns what the service has, if the call was applied.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::Reconciled;
    ///
    /// assert_eq!(Reconciled::Applied(7).applied(), Some(7));
    /// assert_eq!(Reconciled::<u8>::NotApplied.applied(), None);
    /// ```
    pub fn applied(self) -> Option<T> {
        match self {
            Self::Applied(value) => Some(value),
            Self::NotApplied | Self::Unknown => None,
        }
    }
}
