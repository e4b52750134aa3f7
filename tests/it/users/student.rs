//! Student state.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{StudentState, StudentStatus};
use trivore_tests::operations::{Case, CaseResult, Change, DataPlace, Entry, UNSET};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

fn marked() -> StudentState {
    let mut state = StudentState::new(StudentStatus::FullTime);
    state.student_from = Some("zqx-from".into());
    state.student_to = Some("zqx-to".into());
    state.source = Some("zqx-student-source".to_owned());
    state
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.student_state", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.student_state(&subject.user()).await?)) })
    })
    .recorded(&[Entry::of_case("get_student_state")]),
    Case::new("users.update_student_state", |users, subject| {
        Box::pin(async move {
            let state = marked();
            let written = users.update_student_state(&subject.user(), &state).await?;
            Ok(CaseResult::new(&state, &written))
        })
    })
    .has_places(&[DataPlace::extra("StudentState", 1, |users, name, value| {
        let mut state = serde_json::from_value::<StudentState>(sample()).unwrap();
        state.extra.insert(name, value);
        Box::pin(async move { users.update_student_state(&"1".into(), &state).await.map(drop) })
    })])
    .recorded(&[Entry::new("update_student_state", |users, id| {
        Box::pin(async move {
            let state = StudentState::new(StudentStatus::FullTime);
            drop(users.update_student_state(id, &state).await);
        })
    })
    .deviates(&[(Change::NoNulls, UNSET)])]),
];

pub(super) const MODELS: &[Model] = &[Model::new::<StudentState>(sample).shows(&["updated"])];

fn sample() -> Value {
    json!({
        "state": "PART_TIME", "studentFrom": "d", "studentTo": "d", "updated": "t",
        "lastQuerySuccess": true, "lastQueryError": "e", "source": "s"
    })
}

#[tokio::test]
async fn a_student_state_is_written_and_read() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let mut state = StudentState::new(StudentStatus::FullTime);
    state.student_from = Some("2026-09-01".into());
    state.student_to = Some("2030-05-31".into());
    state.source = Some("koski".to_owned());

    let written = fixture.users().update_student_state(&id, &state).await.unwrap();
    let mut read = fixture.users().student_state(&id).await.unwrap();

    assert_eq!(read, written);
    assert!(read.updated.take().is_some());
    assert_eq!(read, state);
    let body = json!({
        "state": "FULL_TIME", "studentFrom": "2026-09-01", "studentTo": "2030-05-31",
        "source": "koski",
    });
    assert_eq!(fixture.last_body(&Method::POST), body);
    assert_eq!(fixture.take_changes(), ["create", "update-student-state"]);
    let path = format!("/user/{id}/student/state");
    assert_eq!(fixture.request_lines(), [format!("POST {path}"), format!("GET {path}")]);
}

#[tokio::test]
async fn what_is_not_set_stays() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let mut state = StudentState::new(StudentStatus::PartTime);
    state.student_to = Some("2030-05-31".into());
    fixture.users().update_student_state(&id, &state).await.unwrap();

    let updated = fixture
        .users()
        .update_student_state(&id, &StudentState::new(StudentStatus::NotStudent))
        .await
        .unwrap();

    assert_eq!(updated.state, Some(StudentStatus::NotStudent));
    assert_eq!(updated.student_to, state.student_to);
}

#[tokio::test]
async fn a_state_that_was_never_set_is_unknown() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let state = fixture.users().student_state(&id).await.unwrap();

    assert_eq!(state, StudentState::new(StudentStatus::Unknown));
}

#[tokio::test]
async fn a_state_that_the_server_does_not_know_is_refused_and_changes_nothing() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let tomorrow = StudentState::new(StudentStatus::from("EXCHANGE"));
    let words = refusal(fixture.users().update_student_state(&id, &tomorrow).await);

    assert!(words.starts_with("Field \"state\" must be one of"), "{words}");
    let state = fixture.users().student_state(&id).await.unwrap();
    assert_eq!(state.state, Some(StudentStatus::Unknown));
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let state = StudentState::new(StudentStatus::FullTime);

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().student_state(id).await);
        assert_no_such_user(fixture.users().update_student_state(id, &state).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let state = StudentState::new(StudentStatus::FullTime);

    assert_unauthorized(stranger.student_state(&id).await);
    assert_unauthorized(stranger.update_student_state(&id, &state).await);
    assert_lacks("ACCOUNT_VIEW", powerless.student_state(&id).await);
    assert_lacks("ACCOUNT_MODIFY", reader.update_student_state(&id, &state).await);

    assert_eq!(fixture.take_changes(), ["create"]);
}
