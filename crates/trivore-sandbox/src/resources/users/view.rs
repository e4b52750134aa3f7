//! The JSON of a user, depending on the caller.

use serde_json::Value;

use crate::access::caller::Caller;
use crate::access::permissions::ACCOUNT_VIEW_PERSONAL_ID;
use crate::store::account::Account;
use crate::store::state::State;
use crate::values::document::{Document, flag, text};

/// Returns the user document with the fields that the service computes.
pub(super) fn view(state: &State, account: &Account, caller: &Caller) -> Value {
    let mut user = account.document();
    if let Some(latest) = account.identifications.last() {
        let block = censored(latest, caller);
        user.insert("strongIdentification".to_owned(), block.into());
    }
    if let Some(info) = user.get_mut("customerGroupInfo").and_then(Value::as_object_mut) {
        let now = state.now();
        let (from, to) = (text(info, "studentValidFrom"), text(info, "studentValidTo"));
        let is_student = is_student(flag(info, "student").unwrap_or(false), from, to, &now);
        info.insert("studentValidNow".to_owned(), is_student.into());
    }
    user.into()
}

/// Hides the personal identifier from callers without the permission.
pub(super) fn censored(identification: &Document, caller: &Caller) -> Document {
    let mut shown = identification.clone();
    if !caller.may(ACCOUNT_VIEW_PERSONAL_ID)
        && let Some(personal_id) = shown.get_mut("personalId")
    {
        *personal_id = CENSORED.into();
    }
    shown
}

/// Compares dates or times as text; a missing bound is no limit.
pub(super) fn is_student(
    student: bool,
    valid_from: Option<impl AsRef<str>>,
    valid_to: Option<impl AsRef<str>>,
    now: &str,
) -> bool {
    let until = |bound: &str| now.get(..bound.len()).unwrap_or(now) <= bound;
    student
        && valid_from.is_none_or(|from| from.as_ref() <= now)
        && valid_to.is_none_or(|to| until(to.as_ref()))
}

/// What is shown instead of a personal identifier.
pub(super) const CENSORED: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_are_students_within_both_bounds() {
        let check = |student, from: Option<&str>, to: Option<&str>| {
            is_student(student, from, to, "2026-11-23T12:00:00.000Z")
        };
        assert!(check(true, None, None));
        assert!(check(true, None, Some("2026-11-23")));
        assert!(!check(true, None, Some("2026-11-22")));
        assert!(!check(true, Some("2026-11-24"), None));
        assert!(!check(false, None, None));
    }
}
