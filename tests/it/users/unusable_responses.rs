//! Responses that are valid JSON, but not what the operation returns.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{Request, Response};
use serde_json::Value;
use trivore::models::{
    Filter, PageRequest, Password, PermissionChanges, RoleChanges, User, UserId,
};
use trivore::transport::{Body, Call, Client, ResponseShape};
use trivore::users::{Safety, UnreadableRow};
use trivore::{Error, Users};
use trivore_tests::{RawServer, Recorder, Reply, json};

use crate::operations::{cases, setup};

fn id() -> UserId {
    UserId::from("5d0000000000000000000001")
}

/// Users at a server that always responds with this body.
fn always(body: impl Into<Vec<u8>>) -> Users {
    Users::new(client(body))
}

fn client(body: impl Into<Vec<u8>>) -> Client {
    let body = bytes::Bytes::from(body.into());
    let service = tower::service_fn(move |_: Request<Body>| {
        let response = Response::new(http_body_util::Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response) }
    });
    Client::builder("https://id.example.com").service(service).build().unwrap()
}

#[track_caller]
fn assert_unusable<T>(result: Result<T, Error>, path: &str) {
    let error = result.err().unwrap();
    let decode = error.decode_error().unwrap();
    assert_eq!(decode.path(), path, "{error}");
    assert_eq!(decode.message(), None);
}

#[tokio::test]
async fn a_success_that_is_an_error_body_is_an_error_in_the_servers_words() {
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let users = always(r#"{"errorMessage":"The database is down.","statusCode":500}"#);
    let mut accepting = Vec::new();

    for case in cases() {
        let operation = case.operation();
        let Err(error) = case.run(&users, &subject).await else {
            accepting.push(operation.name);
            continue;
        };
        let message = error.decode_error().unwrap().message();
        assert_eq!(message, Some("The database is down."), "{case:?}");
        // It may be a value, so it is for those who ask.
        assert!(!format!("{error} {error:?}").contains("The database"), "{error}");
        assert_eq!(error.may_have_been_applied(), operation.safety != Safety::Safe, "{case:?}");
        assert_eq!(error.operation(), Some(operation));
    }

    // Custom fields belong to the application, and it may name them as it likes.
    assert_eq!(accepting, ["users.custom_fields", "users.update_custom_fields"]);
}

#[tokio::test]
async fn an_object_without_what_identifies_it_is_an_error() {
    let setup = setup().await;
    let subject = setup.add_subject().await;

    for case in cases() {
        let ResponseShape::Member(member) = case.operation().shape else { continue };
        let bodies = ["{}".to_owned(), format!(r#"{{"{member}":null,"more":1}}"#)];
        for body in bodies {
            assert_unusable(case.run(&always(body), &subject).await, member);
        }
    }
    let users = always(r#"{"id":""}"#);
    assert_unusable(users.get(&id()).await, "id");
    assert_unusable(users.create(&User::new()).await, "id");
}

/// What a body says about the request that it responds to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Nothing,
    /// It failed, by the status in the body.
    Failed(Option<&'static str>),
    /// It failed, unless the body is what was requested.
    Error(Option<&'static str>),
}

#[tokio::test]
async fn a_body_is_a_failure_only_if_it_says_so() {
    for (members, says) in [
        (r#""errorMessage":"down","statusCode":500"#, Says::Failed(Some("down"))),
        (r#""errorMessage":"down","statusCode":"500""#, Says::Failed(Some("down"))),
        (r#""errorMessage":"down","statusCode":" 500 FAILED""#, Says::Failed(Some("down"))),
        (r#""errorMessage":"down","statusCode":500.0"#, Says::Failed(Some("down"))),
        (r#""errorMessage":"down","statusCode":200,"statusCode":500"#, Says::Failed(Some("down"))),
        (r#""statusCode":400"#, Says::Failed(None)),
        (r#""statusCode":40001"#, Says::Failed(None)),
        (r#""errorMessage":null,"statusCode":503"#, Says::Failed(None)),
        (r#""errorMessage":"\ud800","statusCode":503"#, Says::Failed(None)),
        (r#""error":"invalid_token","statusCode":401"#, Says::Failed(Some("invalid_token"))),
        (r#""errorMessage":"down""#, Says::Error(Some("down"))),
        (r#""error\u004dessage":"down""#, Says::Error(Some("down"))),
        (r#""errorMessage":null,"errorMessage":"down""#, Says::Error(Some("down"))),
        (r#""errorMessage":{"en":"down"}"#, Says::Error(None)),
        (r#""errorMessage":"moved","statusCode":302"#, Says::Error(Some("moved"))),
        (r#""errorMessage":"down","statusCode":-0"#, Says::Error(Some("down"))),
        (r#""errorMessage":"down","statusCode":null"#, Says::Error(Some("down"))),
        (r#""errorMessage":"down","statusCode":"FAILED""#, Says::Error(Some("down"))),
        (r#""errorMessage":"down","statusCode":"NaN""#, Says::Error(Some("down"))),
        (r#""errorMessage":"down","statusCode":"inf""#, Says::Error(Some("down"))),
        (r#""errorMessage":"down","statusCode":[500]"#, Says::Error(Some("down"))),
        (r#""error":"down","status":500"#, Says::Error(Some("down"))),
        (r#""error":"code","error_description":"down""#, Says::Error(Some("down"))),
        (r#""error":{"code":500}"#, Says::Error(None)),
        (r#""statusCode":200"#, Says::Nothing),
        (r#""statusCode":302"#, Says::Nothing),
        (r#""errorMessage":"none","statusCode":200"#, Says::Nothing),
        (r#""errorMessage":"none","statusCode":"200""#, Says::Nothing),
        (r#""errorMessage":"none","statusCode":"204 NO_CONTENT""#, Says::Nothing),
        (r#""error":"none","statusCode":201"#, Says::Nothing),
        (r#""errorMessage":null"#, Says::Nothing),
        (r#""errorMessage":"""#, Says::Nothing),
        (r#""errorMessage":"down","errorMessage":null"#, Says::Nothing),
        (r#""error":false"#, Says::Nothing),
        (r#""error":null"#, Says::Nothing),
        (r#""error":[]"#, Says::Nothing),
        (r#""error_description":"no error""#, Says::Nothing),
        (r#""errormessage":"another member""#, Says::Nothing),
        (r#""more":{"errorMessage":"down","statusCode":500}"#, Says::Nothing),
    ] {
        let users = always(format!("{{{members}}}"));

        let sent = users.send_sms_code(&id(), None).await;
        let read = users.enterprise(&id()).await.map(drop);
        let incomplete = users.get(&id()).await.map(drop);
        let complete = always(format!(r#"{{"id":"1",{members}}}"#)).get(&id()).await.map(drop);

        let (message, fails) = match says {
            Says::Nothing => (None, [false, false]),
            Says::Failed(message) => (message, [true, true]),
            Says::Error(message) => (message, [true, false]),
        };
        let unreadable = members.contains("ud800");
        assert_eq!([sent.is_err(), complete.is_err()], fails, "{members}: {complete:?}");
        assert_eq!(read.is_err(), fails[0] || unreadable, "{members}: {read:?}");
        assert!(incomplete.is_err(), "{members}");
        for error in [sent, read, incomplete, complete].into_iter().filter_map(Result::err) {
            let decode = error.decode_error().unwrap();
            assert_eq!(decode.message(), message, "{members}: {error}");
        }
    }
}

#[tokio::test]
async fn a_member_that_matters_is_an_error_if_it_is_repeated() {
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let repeated = |member: &str, first: &str, second: &str| {
        let escaped = format!("\\u{:04x}{}", u32::from(member.as_bytes()[0]), &member[1..]);
        [
            format!(r#"{{"{member}":{first},"more":1,"{member}":{second}}}"#),
            format!(r#"{{"{escaped}":{first},"{member}":{second}}}"#),
            format!(r#"{{"{member}":{first},"{escaped}":{second}}}"#),
        ]
    };

    for case in cases() {
        let operation = case.operation();
        let ResponseShape::Member(member) = operation.shape else { continue };
        let values = match member {
            "success" => [("true", "false"), ("true", "true"), ("false", "true")],
            _ => [("\"1\"", "\"2\""), ("\"1\"", "null"), ("null", "\"1\"")],
        };
        for (first, second) in values {
            for body in repeated(member, first, second) {
                let typed = case.run(&always(body.clone()), &subject).await.unwrap_err();
                let values: Vec<String> =
                    vec!["x".to_owned(); operation.route.matches('{').count()];
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                let untyped = Call::of(operation, &values);
                let untyped = client(body.clone()).send::<Value>(untyped).await.unwrap_err();

                let expected = format!("a member `{member}` that is not repeated");
                for error in [typed, untyped] {
                    let decode = error.decode_error().unwrap();
                    assert_eq!((decode.path(), decode.expected()), (".", Some(&expected[..])));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_member_of_a_page_is_an_error_if_it_is_repeated() {
    let request = PageRequest::new();
    for (body, member) in [
        (r#"{"resources":[],"resources":[{"id":"1"}]}"#, "resources"),
        (r#"{"resources":[],"re\u0073ources":[{"id":"1"}]}"#, "resources"),
        (r#"{"resources":[7],"re\u0073ources":[{"id":"1"}]}"#, "resources"),
        (r#"{"totalResults":1,"resources":[{"id":"1"}],"totalResults":2}"#, "totalResults"),
        (r#"{"totalResults":1,"resources":[{"id":"1"}],"total\u0052esults":2}"#, "totalResults"),
        (r#"{"startIndex":0,"startIndex":0,"resources":[{"id":"1"}]}"#, "startIndex"),
        (r#"{"itemsPerPage":0,"itemsPerPage":0,"resources":[{"id":"1"}]}"#, "itemsPerPage"),
    ] {
        let users = always(body);
        let listed = users.list(&request).await.map(drop);
        let skipping = users.items(request.clone()).skip_unreadable(|_| {});
        let skipped = skipping.try_collect::<Vec<_>>().await.map(drop);

        for result in [listed, skipped] {
            let error = result.unwrap_err();
            let is_broken_before = body.contains('7');
            let expected = format!("a member `{member}` that is not repeated");
            let told = error.decode_error().unwrap().expected().map(str::to_owned);
            assert!(is_broken_before || told == Some(expected), "{body}: {error}");
        }
    }
    // Of other members, the last one counts; of a row, it is one that matters.
    let users = always(r#"{"more":1,"more":2,"resources":[{"id":"1","more":1,"more":2}]}"#);
    let listed = users.list(&request).await.unwrap();
    assert_eq!(listed.resources[0].extra.get("more"), Some(&2.into()));
    let row = r#"{"id":"1","\u0069d":"2"}"#;
    let users = always(format!(r#"{{"totalResults":1,"resources":[{row}]}}"#));
    assert!(users.list(&request).await.unwrap_err().is_decode());
    let reported = Arc::new(Mutex::new(Vec::<UnreadableRow>::new()));
    let report = Arc::clone(&reported);
    let items = users.items(request).skip_unreadable(move |row| report.lock().unwrap().push(row));
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap(), []);
    assert_eq!(reported.lock().unwrap()[0].raw_text(), row);
}

#[tokio::test]
async fn a_created_user_has_an_identifier() {
    let created = always(r#"{"username":"x","id":"1"}"#).create(&User::new()).await.unwrap();

    assert_eq!(created.id, UserId::from("1"));
    assert_eq!(created.user.id, Some(created.id));
}

#[tokio::test]
async fn a_password_is_not_said_to_be_kept_by_a_response_that_does_not_say() {
    let change =
        |body| async move { always(body).change_password(&id(), &Password::from("p")).await };

    assert!(change(r#"{"success":true}"#).await.unwrap().success);
    assert!(!change(r#"{"success":false}"#).await.unwrap().success);
    assert!(change("{}").await.unwrap_err().may_have_been_applied());
}

#[tokio::test]
async fn a_list_without_rows_is_an_error_unless_it_is_empty() {
    let request = PageRequest::new().filter(Filter::present("id"));
    for body in ["{}", r#"{"totalResults":3}"#, r#"{"totalResults":3,"resources":null}"#] {
        let users = always(body);

        assert_unusable(users.list(&request).await, ".");
        let history = users.strong_identification_history(&id(), &request).await;
        assert_unusable(history, ".");
        assert_unusable(users.pages(request.clone()).next().await.unwrap(), ".");
        assert_unusable(users.items(request.clone()).next().await.unwrap(), ".");
    }
    for body in [r#"{"totalResults":0}"#, r#"{"totalResults":0,"resources":null}"#] {
        let users = always(body);

        assert_eq!(users.list(&request).await.unwrap().resources, []);
        let all: Vec<User> = users.items(request.clone()).try_collect().await.unwrap();
        assert_eq!(all, []);
    }
}

#[tokio::test]
async fn null_is_skipped_in_every_list() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();
    let users = trivore.users();
    let text = r#"[null,"A",null]"#;

    for _ in 0..7 {
        recorder.respond(200, text);
    }
    assert_eq!(users.builtin_roles(&id()).await.unwrap(), ["A".into()]);
    assert_eq!(users.custom_roles(&id()).await.unwrap(), ["A".into()]);
    assert_eq!(
        users.update_builtin_roles(&id(), &RoleChanges::default()).await.unwrap(),
        ["A".into()]
    );
    assert_eq!(
        users.update_custom_roles(&id(), &RoleChanges::default()).await.unwrap(),
        ["A".into()]
    );
    assert_eq!(users.custom_permissions(&id()).await.unwrap(), ["A".into()]);
    assert_eq!(users.effective_permissions(&id()).await.unwrap(), ["A".into()]);
    let changed = users.update_custom_permissions(&id(), &PermissionChanges::default()).await;
    assert_eq!(changed.unwrap(), ["A".into()]);

    recorder.respond(200, r#"[null,{"id":"g"}]"#).respond(200, r#"[{"permissionId":"p"},null]"#);
    assert_eq!(users.group_membership(&id()).await.unwrap().len(), 1);
    assert_eq!(users.external_permissions(&id()).await.unwrap().len(), 1);
    recorder.respond(200, r#"{"resources":[null,{"id":"1"}]}"#);
    assert_eq!(users.list(&PageRequest::new()).await.unwrap().resources.len(), 1);
}

/// Rows that are no users, each with the path at which that shows.
const UNREADABLE: [(&[u8], &str); 12] = [
    (br#"{"id":"x","nickName":"\ud800"}"#, "nickName"),
    (br#"{"id":"x","strongIdentification":{"count":"two"}}"#, "strongIdentification.count"),
    (br#"{"id":"x","fieldOfTomorrow":1e400}"#, "*"),
    (br#"{"id":"x","id":"y"}"#, ""),
    (br#"{"id":"x","locked":"MARK"}"#, "locked"),
    (b"{\"id\":\"x\",\"nickName\":\"\xff\"}", "nickName"),
    (br#"{"id":"x","a":"]},{\"","emails":[{"tags":[[]]}]}"#, "emails[0].tags[0]"),
    (br#"{"id":7}"#, "id"),
    (br#"{"id":nope}"#, "id"),
    (br#""MARK""#, ""),
    (b"7", ""),
    (b"[]", ""),
];

/// A page of 500 users of which one is replaced.
fn page_with(row: &[u8], at: usize) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = (0..500)
        .map(|number| {
            let user = format!(r#"{{"id":"u{number}","name":{{"givenName":"ä"}}}}"#);
            if number == at { row.to_vec() } else { user.into_bytes() }
        })
        .collect();
    let rows = rows.join(&b", "[..]);
    [b"{\"totalResults\": 10.0e50, \"resources\": [ ", &rows[..], b" ] }\n"].concat()
}

/// A server with one page, and an empty one after it.
async fn paged(page: Vec<u8>) -> (RawServer, Users) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", page.len());
    let first = [head.into_bytes(), page].concat();
    let server = RawServer::start(move |_, head| {
        let is_first = head.contains("startIndex=0&");
        Reply::Raw(if is_first { first.clone() } else { json(200, r#"{"resources":[]}"#) })
    })
    .await;
    let client = Client::builder(&server.url()).build().unwrap();
    (server, Users::new(client))
}

#[tokio::test]
async fn one_row_that_cannot_be_read_fails_a_list_unless_it_is_stepped_over() {
    let request = PageRequest::new().count(500);
    for (row, path) in UNREADABLE {
        for at in [0, 42, 499] {
            let (_server, users) = paged(page_with(row, at)).await;

            let strict: Result<Vec<_>, _> = users.items(request.clone()).try_collect().await;
            let reported = Arc::new(Mutex::new(Vec::<UnreadableRow>::new()));
            let report = Arc::clone(&reported);
            let lenient = users.items(request.clone());
            let lenient = lenient.skip_unreadable(move |row| report.lock().unwrap().push(row));
            let listed: Vec<User> = lenient.try_collect().await.unwrap();

            let error = strict.unwrap_err();
            assert!(error.is_decode(), "{error}");
            assert_eq!(listed.len(), 499);
            let reported = reported.lock().unwrap();
            let [skipped] = &reported[..] else { panic!("{reported:?}") };
            assert_eq!(skipped.index(), u64::try_from(at).unwrap());
            let dot = if path.is_empty() { "" } else { "." };
            assert_eq!(skipped.error().path(), format!("resources[{at}]{dot}{path}"));
            assert_eq!(skipped.raw_bytes(), row);
            assert_eq!(skipped.raw_text(), String::from_utf8_lossy(row));
            assert!(!format!("{skipped:?} {} {error}", skipped.error()).contains("MARK"));
        }
    }
}

#[tokio::test]
async fn pages_report_what_they_step_over_and_count_it() {
    let (server, users) = paged(page_with(b"7", 3)).await;
    let reported = Arc::new(Mutex::new(0));
    let report = Arc::clone(&reported);

    let pages = users.pages(PageRequest::new().count(500));
    let mut pages = pages.skip_unreadable(move |_| *report.lock().unwrap() += 1);
    let page = pages.try_next().await.unwrap().unwrap();

    assert_eq!(*reported.lock().unwrap(), 1);
    assert_eq!((page.resources.len(), page.received()), (499, 500));
    assert!(pages.try_next().await.unwrap().unwrap().resources.is_empty());
    assert!(pages.try_next().await.unwrap().is_none());
    assert!(server.heads()[1].contains("startIndex=500&"));
}

#[tokio::test]
async fn a_page_that_is_broken_as_a_whole_is_never_stepped_over() {
    for body in [
        r#"{"resources":[{"id":"1"}"#,
        r#"{"resources":[{"id":"1"},]}"#,
        r#"{"resources":[{"id":"1"}]} x"#,
        r#"{"resources":{"id":"1"}}"#,
        r#"{"resources":[{"id":"1"}],"more":nope}"#,
        "<html>",
        "",
    ] {
        let users = always(body);

        let items = users.items(PageRequest::new()).skip_unreadable(|_| {});
        let listed: Result<Vec<User>, _> = items.try_collect().await;

        assert!(listed.unwrap_err().is_decode(), "{body}");
    }
}

#[tokio::test]
async fn a_list_of_nothing_but_unreadable_rows_ends_with_an_error() {
    let rows = ["7"; 100].join(",");
    let users = always(format!(r#"{{"resources":[{rows}]}}"#));

    let items = users.items(PageRequest::new()).skip_unreadable(|_| {});
    let listed: Result<Vec<User>, _> = items.try_collect().await;

    assert!(listed.unwrap_err().is_decode());
}

#[tokio::test]
async fn no_more_rows_are_stepped_over_than_a_page_can_have() {
    for (count, is_listed) in [(500, true), (501, false), (100_000, false)] {
        let page =
            format!(r#"{{"resources":[{}],"totalResults":{count}}}"#, vec!["7"; count].join(","));
        let reported = Arc::new(Mutex::new(0));
        let report = Arc::clone(&reported);

        let users = always(page);
        let pages = users.pages(PageRequest::new().count(500));
        let mut pages = pages.skip_unreadable(move |_| *report.lock().unwrap() += 1);
        let first = pages.try_next().await;

        assert_eq!(first.is_ok(), is_listed);
        assert_eq!(*reported.lock().unwrap(), if is_listed { count } else { 0 });
        assert!(is_listed || first.unwrap_err().decode_error().unwrap().path() == "resources[0]");
    }
}

#[tokio::test]
async fn numbers_that_only_inform_fail_no_list() {
    for number in ["10.0", "\"10\"", "-1", "1e400", "[1]", "null", "true"] {
        let users = always(format!(
            r#"{{"totalResults":{number},"itemsPerPage":{number},"resources":[{{"id":"1"}}]}}"#
        ));

        assert_eq!(users.list(&PageRequest::new()).await.unwrap().resources.len(), 1, "{number}");
        let history = users.strong_identification_history(&id(), &PageRequest::new()).await;
        assert_eq!(history.unwrap().resources.len(), 1, "{number}");
    }
    let requirements = always(r#"{"minLength":12.0}"#).password_requirements(&id()).await;
    assert_eq!(requirements.unwrap().min_length, Some(12));
}
