//! The JSON of a user, depending on the caller.

use serde_json::{Value, json};

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
        info.insert("studentValidNow".to_owned(), is_student(info, &now).into());
    }
    user.into()
}

/// Hides the personal identifier from callers without the permission.
pub(super) fn censored(identification: &Document, caller: &Caller) -> Document {
    let mut shown = identification.clone();
    if !caller.may(ACCOUNT_VIEW_PERSONAL_ID)
        && let Some(personal_id) = shown.get_mut("personalId")
    {
        *personal_id = json!("***");
    }
    shown
}

/// Compares dates or times as text; a missing bound is no limit.
fn is_student(info: &Document, now: &str) -> bool {
    let until = |bound: &str| now.get(..bound.len()).unwrap_or(now) <= bound;
    flag(info, "student").unwrap_or(false)
        && text(info, "studentValidFrom").is_none_or(|from| from <= now)
        && text(info, "studentValidTo").is_none_or(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_are_students_within_both_bounds() {
        let check = |info: Value| is_student(info.as_object().unwrap(), "2026-11-23T12:00:00.000Z");
        assert!(check(json!({"student": true})));
        assert!(check(json!({"student": true, "studentValidTo": "2026-11-23"})));
        assert!(!check(json!({"student": true, "studentValidTo": "2026-11-22"})));
        assert!(!check(json!({"student": true, "studentValidFrom": "2026-11-24"})));
        assert!(!check(json!({"student": false})));
    }
}
