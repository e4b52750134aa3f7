//! Endpoints for the student state of a user.

use serde_json::json;

use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::state::State;
use crate::values::document::{self, drop_nulls};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/student/state", &docs::READ_STUDENT_STATE, read)
        .inferred(ACCOUNT_VIEW)
        .scope("studentinfo.readonly"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/student/state",
        &docs::UPDATE_STUDENT_STATE,
        update,
    )
    .records("user", "update-student-state")
    .inferred(ACCOUNT_MODIFY)
    .self_needs_permission()
    .scope("users"),
];

/// Returns the state; it is `UNKNOWN` if it was never set.
fn read(state: &State, call: &Call) -> ApiResult {
    let student = &state.account(call.user_id())?.student;
    if student.is_empty() {
        return Ok(ApiResponse::ok(json!({"state": "UNKNOWN"})));
    }
    Ok(ApiResponse::ok(student.clone()))
}

/// Sets the state; `updated` is always the time of the call.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let mut student = state.account(id)?.student.clone();
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    body.remove("updated");
    document::put(&mut student, body, &[], &state.rules);
    drop_nulls(&mut student);
    student.insert("updated".to_owned(), state.now().into());
    state.change_user("update-student-state", id, |account| {
        account.student.clone_from(&student);
    })?;
    Ok(ApiResponse::ok(student))
}

pub(crate) const FIELDS: Fields = &[
    (
        "state",
        FieldType::Choice(&["FULL_TIME", "PART_TIME", "NOT_STUDENT", "FORBIDDEN", "UNKNOWN"]),
    ),
    ("studentFrom", FieldType::Text),
    ("studentTo", FieldType::Text),
    ("updated", FieldType::Text),
    ("lastQuerySuccess", FieldType::Flag),
    ("lastQueryError", FieldType::Text),
    ("source", FieldType::Text),
];
