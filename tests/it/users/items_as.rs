//! Lists of users as types of the caller's own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use trivore::models::{PageRequest, Sort, User, UserId};
use trivore::users::UnreadableRow;
use trivore_tests::{Fixture, ListServer, Recorder};

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    id: UserId,
    username: Option<String>,
    locked: Option<bool>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Nameless {
    locked: Option<bool>,
}

async fn all<T: DeserializeOwned + Send + 'static>(body: Value) -> trivore::Result<Vec<T>> {
    let recorder = Recorder::new();
    recorder.respond(200, &body.to_string());
    recorder.trivore().users().items_as(PageRequest::new()).try_collect().await
}

fn page(row: &Value) -> Value {
    json!({"totalResults": 2, "resources": [{"id": "1", "locked": true}, row]})
}

#[tokio::test]
async fn rows_have_the_fields_that_their_type_names() {
    let fixture = Fixture::start().await;
    for name in ["maija", "matti", "liisa"] {
        fixture.add_user(json!({"username": name, "tags": ["a"]}));
    }
    let request = || PageRequest::new().count(2);

    let users: Vec<User> = fixture.users().items(request()).try_collect().await.unwrap();
    let rows: Vec<Row> = fixture.users().items_as(request()).try_collect().await.unwrap();
    let values: Vec<Value> = fixture.users().items_as(request()).try_collect().await.unwrap();

    let row =
        |user: User| Row { id: user.id.unwrap(), username: user.username, locked: user.locked };
    assert_eq!(rows, users.into_iter().map(row).collect::<Vec<_>>());
    assert_eq!(values[2]["username"], "liisa");
    assert_eq!(values[2]["tags"], json!(["a"]));
    let lines = fixture.request_lines();
    assert_eq!((&lines[..2], &lines[..2]), (&lines[2..4], &lines[4..6]));
}

#[tokio::test]
async fn any_type_that_can_be_deserialized_can_be_listed() {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Named { username: String },
        Other {},
    }
    #[derive(Deserialize)]
    struct Flat {
        #[serde(flatten)]
        rest: HashMap<String, Value>,
    }
    let body = || page(&json!({"id": "2", "username": "maija", "locked": null}));

    let either: Vec<Either> = all(body()).await.unwrap();
    assert!(
        matches!(&either[..], [Either::Other {}, Either::Named { username }] if username == "maija")
    );
    assert_eq!(all::<Flat>(body()).await.unwrap()[1].rest["username"], "maija");
    assert_eq!(all::<HashMap<String, Value>>(body()).await.unwrap()[1]["id"], "2");
    assert_eq!(all::<Nameless>(body()).await.unwrap()[0].locked, Some(true));
    assert_eq!(all::<IgnoredAny>(body()).await.unwrap().len(), 2);
    assert_eq!(all::<Box<Option<Row>>>(body()).await.unwrap().len(), 2);
    assert_eq!(all::<User>(body()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_field_of_another_type_is_an_error_only_if_the_type_names_it() {
    for (row, path) in [
        (json!({"id": "2", "username": 7}), "resources[1].username"),
        (json!({"id": 2}), "resources[1].id"),
        (json!({}), "resources[1]"),
        (json!("text"), "resources[1]"),
    ] {
        let error = all::<Row>(page(&row)).await.unwrap_err();

        assert_eq!(error.decode_error().unwrap().path(), path, "{row}");
    }
    let odd = page(&json!({"id": "2", "username": 7, "locked": false}));
    assert_eq!(all::<Nameless>(odd).await.unwrap()[1].locked, Some(false));
    assert_eq!(all::<Nameless>(page(&json!({"id": 7}))).await.unwrap().len(), 2);
}

#[tokio::test]
async fn rows_that_cannot_be_read_can_be_skipped() {
    let recorder = Recorder::new();
    recorder.respond(200, &page(&json!({"id": "2", "username": 7})).to_string());
    let reported = Arc::new(Mutex::new(Vec::<UnreadableRow>::new()));
    let report = Arc::clone(&reported);

    let rows = recorder.trivore().users().items_as::<Row>(PageRequest::new());
    let rows = rows.skip_unreadable(move |row| report.lock().unwrap().push(row));
    let rows: Vec<Row> = rows.try_collect().await.unwrap();

    assert_eq!(rows.len(), 1);
    let reported = reported.lock().unwrap();
    assert_eq!(reported[0].error().path(), "resources[1].username");
    assert_eq!(reported[0].index(), 1);
}

#[tokio::test]
async fn users_that_shift_come_once_whatever_the_type() {
    let fixture = Fixture::start().await;
    for name in 0..6 {
        fixture.add_user(json!({"username": name.to_string()}));
    }
    let request = PageRequest::new().count(3).sort(Sort::descending("username"));
    let mut rows = fixture.users().items_as::<Nameless>(request);
    let mut count = 0;

    while rows.try_next().await.unwrap().is_some() {
        count += 1;
        if count == 1 {
            fixture.add_user(json!({"username": "8"}));
            fixture.add_user(json!({"username": "9"}));
        }
    }

    assert_eq!(count, 6);
}

#[tokio::test]
async fn rows_without_an_identifier_are_listed_and_an_endless_list_of_them_is_an_error() {
    let rows = json!({"totalResults": 2, "resources": [{"locked": true}, {"locked": true}]});
    assert_eq!(all::<Nameless>(rows).await.unwrap().len(), 2);

    let server = ListServer::new([]).before_each_page(|asked, _| {
        let rows = vec![json!({"locked": true}); asked.count];
        Some(http::Response::new(json!({"resources": rows}).to_string()))
    });
    for passes in [0, 3] {
        let mut items = server.users().items_as::<Nameless>(PageRequest::new().count(500));
        if passes > 0 {
            items = items.until_clean(passes);
        }
        let listed: Result<Vec<_>, _> = items.try_collect().await;
        assert!(listed.unwrap_err().is_decode());
    }
    assert!(server.asked().len() < 100);
}
