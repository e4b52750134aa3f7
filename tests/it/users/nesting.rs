//! How deeply the data in a request may be nested.

use serde_json::{Value, json};
use trivore::models::{User, UserId};
use trivore_tests::{Recorder, assert_never_sent};

use crate::operations::cases;

const ID: &str = "1";

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

#[tokio::test]
async fn every_operation_has_the_same_limit_which_lists_can_still_be_read_with() {
    for case in cases() {
        for place in case.places().into_iter().flatten() {
            let around = place.levels();
            let recorder = Recorder::new();
            let users = recorder.trivore().users().clone();
            for levels in [0, 1, User::MAX_DEPTH - around] {
                recorder.respond(200, r#"{"id":"1"}"#);
                place.send(&users, "x", nested(levels)).await.unwrap();
            }
            let sent = recorder.requests().len();
            for levels in [User::MAX_DEPTH - around + 1, 126 - around, 128, 5000] {
                assert_never_sent(place.send(&users, "x", nested(levels)).await);
            }
            assert_eq!(recorder.requests().len(), sent, "{case:?} {place:?}");
            assert_eq!(recorder.last().method(), &case.operation().method, "{case:?} {place:?}");
        }
    }
}

#[tokio::test]
async fn a_stored_user_that_is_nested_more_deeply_can_be_modified_beside_it() {
    let stored = json!({"id": ID, "fieldOfTomorrow": {"deep": nested(100), "n": 1}});
    let recorder = Recorder::new();
    recorder.respond(200, &stored.to_string()).respond(200, r#"{"id":"1"}"#);
    let users = recorder.trivore().users().clone();

    let edit = |user: &mut User| {
        user.extra.insert("fieldOfTomorrow", json!({"deep": nested(100), "n": 2}));
    };
    users.modify(&UserId::from(ID), edit).await.unwrap();

    assert_eq!(recorder.last().json().unwrap()["fieldOfTomorrow"]["n"], 2);
}
