//! Successful responses whose JSON is made to confuse, to exhaust or to be quoted.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::{Request, Response};
use http_body_util::Full;
use tokio::time::Instant;
use trivore::models::{Page, PageRequest, User, UserId};
use trivore::transport::{Body, Client};
use trivore::users::UnreadableRow;
use trivore::{Error, Users};

fn id() -> UserId {
    UserId::from("5d0000000000000000000001")
}

/// Users at a server that always responds with this body, and says that it is JSON.
fn always(body: &[u8]) -> Users {
    let body = Bytes::copy_from_slice(body);
    let service = tower::service_fn(move |_: Request<Body>| {
        let response = Response::builder().header("content-type", "application/json");
        let response = response.body(Full::new(body.clone())).unwrap();
        async move { Ok::<_, Infallible>(response) }
    });
    Users::new(Client::builder("https://id.example.com").service(service).build().unwrap())
}

#[track_caller]
fn assert_quotes_nothing(error: &Error) {
    let decode = error.decode_error().unwrap();
    assert!(!format!("{error} {error:?} {decode}").contains("MARK"), "{error:?}");
}

/// Bodies that are no user, each with where that shows and what is expected there.
const NO_USERS: [(&[u8], &str, &str); 22] = [
    (b"\xef\xbb\xbf{\"id\":\"1\"}", ".", "valid JSON"),
    (b"\0", ".", "valid JSON"),
    (b"{\"id\":\"1\"}\0", ".", "the end of the body"),
    (b"{\"id\":\"1\"} MARK", ".", "the end of the body"),
    (b"{\"id\":\"1\"}{\"id\":\"MARK\"}", ".", "the end of the body"),
    (b"\x1f\x8b\x08\0\0\0\0\0", ".", "valid JSON"),
    (b" \r\n\t ", ".", "struct User"),
    (b"{\"ID\":\"1\",\"Id\":\"1\",\"iD\":\"MARK\"}", "id", "a value"),
    (b"{\"id\":\"1\",\"MARK\xff\":\"MARK\"}", "*", "valid JSON"),
    (b"{\"id\":\"1\",\"MARK\\ud800\":1}", "*", "valid JSON"),
    (b"{\"id\":\"1\",\"MARK\":\"\\udc00\"}", "*", "valid JSON"),
    (b"{\"id\":\"\\ud800\"}", "id", "valid JSON"),
    (b"{\"id\":\"1\",\"MARK\":1E400}", "*", "a number within the range of 64-bit floats"),
    (b"{\"id\":1e999999}", "id", "a number within the range of 64-bit floats"),
    (b"{\"id\":-0}", "id", "a string"),
    (b"{\"id\":\"1\",\"locked\":\"MARK\"}", "locked", "a boolean"),
    (b"{\"id\":\"1\",\"customFields\":{\"MARK\":{\"MARK\":MARK", "customFields.*.*", "valid JSON"),
    (b"{\"id\":\"1\",\"customFields\":\"MARK\"}", "customFields", "a map"),
    (b"{\"id\":\"1\",\"MARK\":{\"emails\":tru", "*.*", "more input (the body is truncated)"),
    (b"{\"id\":\"1\",\"emails\":[{\"MARK\":[[[nul", "emails[0].*[0][0][0]", MORE),
    (
        b"{\"id\":\"1\",\"name\":{\"name\":1e400}}",
        "name.*",
        "a number within the range of 64-bit floats",
    ),
    (b"{\"id\":\"1\",\"name\":{\"givenName\":[\"MARK\"]}}", "name.givenName", "a string"),
];

const MORE: &str = "more input (the body is truncated)";

#[tokio::test]
async fn what_is_no_user_is_told_by_its_place_and_never_quoted() {
    for (body, path, expected) in NO_USERS {
        let users = always(body);

        for error in [
            users.get(&id()).await.unwrap_err(),
            users.create(&User::new()).await.map(drop).unwrap_err(),
        ] {
            let decode = error.decode_error().unwrap();
            let body = body.escape_ascii();
            assert_eq!((decode.path(), decode.expected()), (path, Some(expected)), "{body}");
            assert_quotes_nothing(&error);
        }
        // Nobody reads this body.
        assert!(users.delete(&id()).await.is_ok());
    }
}

#[tokio::test]
async fn a_row_that_is_no_user_is_told_by_its_place_and_never_quoted() {
    for (body, path, expected) in NO_USERS {
        let is_one_value = !expected.starts_with("the end of") && expected != MORE;
        if !is_one_value || path == "id" && expected == "a value" || body.trim_ascii().is_empty() {
            continue;
        }
        let page = [b"{\"resources\":[{\"id\":\"1\"},", body, b"]}"].concat();
        let users = always(&page);
        let reported = std::sync::Arc::new(std::sync::Mutex::new(Vec::<UnreadableRow>::new()));
        let report = std::sync::Arc::clone(&reported);

        let strict = users.list(&PageRequest::new()).await.unwrap_err();
        let mut pages = users
            .pages(PageRequest::new())
            .skip_unreadable(move |row| report.lock().unwrap().push(row));
        let listed = pages.try_next().await;

        assert_quotes_nothing(&strict);
        let Ok(Some(listed)) = listed else {
            // Its brackets do not match, so it is not known where the row ends.
            assert!(
                body.ends_with(b"MARK") || body.starts_with(b"\xef"),
                "{}",
                body.escape_ascii()
            );
            continue;
        };
        assert_eq!(listed.resources.len(), 1);
        let reported = reported.lock().unwrap();
        assert!(!format!("{:?} {}", reported[0], reported[0].error()).contains("MARK"));
        let dot = if path == "." { "" } else { "." };
        let path = format!("resources[1]{dot}{}", path.trim_start_matches('.'));
        assert_eq!(reported[0].error().path(), path, "{}", body.escape_ascii());
    }
}

#[tokio::test]
async fn a_page_with_far_more_rows_than_requested_is_refused_before_it_fills_the_memory() {
    let page = |rows: usize| format!(r#"{{"resources":[{}]}}"#, vec!["{}"; rows].join(","));
    let most = Page::<User>::MAX_LEN;
    for (rows, first) in [(most, "{}"), (most + 1, "{}"), (8 * most, "{}"), (8 * most, "1")] {
        let users = always(page(rows).replacen("{}", first, 1).as_bytes());

        let listed = users.list(&PageRequest::new()).await;
        let mut pages = users.pages(PageRequest::new()).skip_unreadable(drop);
        let skipping = pages.try_next().await;

        if rows == most {
            assert_eq!(listed.unwrap().resources.len(), rows);
            continue;
        }
        let errors = [listed.map(drop).unwrap_err(), skipping.map(drop).unwrap_err()];
        for error in errors {
            let decode = error.decode_error().unwrap();
            if first == "{}" {
                let expected = Some("at most 10000 elements");
                assert_eq!((decode.path(), decode.expected()), ("resources", expected));
            }
        }
    }
}

#[tokio::test]
async fn thousands_of_levels_are_skipped_where_nobody_reads_them_and_an_error_elsewhere() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let objects = r#"{"MARK":"#.repeat(100_000) + "1" + &"}".repeat(100_000);
    for deep in [deep, objects] {
        for body in [
            deep.clone(),
            format!(r#"{{"id":{deep}}}"#),
            format!(r#"{{"id":"1","customFields":{{"MARK":{deep}}}}}"#),
            format!(r#"{{"id":"1","MARK":{deep}}}"#),
            format!(r#"{{"errorMessage":{deep}}}"#),
        ] {
            let users = always(body.as_bytes());

            assert_quotes_nothing(&users.get(&id()).await.unwrap_err());
            let is_error_body = body.starts_with(r#"{"errorMessage"#);
            assert_eq!(users.delete(&id()).await.is_err(), is_error_body);
        }
        let page = format!(r#"{{"more":{deep},"totalResults":{deep},"resources":[{deep}]}}"#);
        assert_quotes_nothing(
            &always(page.as_bytes()).list(&PageRequest::new()).await.unwrap_err(),
        );
        let page = format!(r#"{{"more":{deep},"resources":[]}}"#);
        assert!(always(page.as_bytes()).list(&PageRequest::new()).await.is_ok());
    }
}

#[tokio::test]
async fn the_place_of_an_error_is_found_in_a_few_readings_of_the_response() {
    let size = 1 << 20;
    let name = "MARK".repeat(size / 4);
    let names = r#"{"MARK":"#.repeat(100);
    let long_names = format!(r#"{{"{}":"#, "MARK".repeat(size / 400)).repeat(100);
    let members = r#""MARK":0,"#.repeat(size / 9);
    for body in [
        format!(r#"{{"customFields":{{"{name}":{names}"#),
        format!(r#"{{"customFields":{long_names}"#),
        format!(r#"{{"customFields":{{{members}"MARK":{names}"#),
        format!(r#"{{"{name}":{}"#, "[".repeat(100)),
        format!(r#"{{{members}"name":{{"{name}":{names}"#),
        format!(r#"{{"id":["{name}"]}}"#),
        format!(r#"{{"locked":"{name}"}}"#),
    ] {
        let users = always(body.as_bytes());

        let start = Instant::now();
        let error = users.get(&id()).await.unwrap_err();
        let taken = start.elapsed();
        let start = Instant::now();
        assert!(serde_json::from_str::<User>(&body).is_err());
        let reading = start.elapsed();

        assert_quotes_nothing(&error);
        // One for each name would be hundreds.
        let limit = 20 * reading + Duration::from_millis(100);
        assert!(taken <= limit, "{taken:?} for a body that is read in {reading:?}");
    }
}
