//! Tests that filters and sorting see what the caller sees, and nothing else.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{api, basic, bearer, send};
use crate::{ApiClient, Rules, Sandbox};

const CODE: &str = "131052-308T";

/// A sandbox in which `jane` is identified, and the credentials of a client that does not see the
/// personal code.
async fn identified() -> (Sandbox, String, String) {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"username": "jane", "password": "x"})).unwrap();
    let report = json!({"personalId": CODE, "remarks": "seen"});
    let path = format!("/user/{id}/strongidentification");
    assert_eq!(api(&sandbox, "POST", &path, report).await.0, 200);
    sandbox.add_user(json!({"username": "joe"})).unwrap();
    sandbox.create_api_client(ApiClient::new("reader", "s").permissions(["ACCOUNT_VIEW"]));
    (sandbox, id, format!("Basic {}", STANDARD.encode("reader:s")))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Returns the usernames in a list, and its total.
async fn found(sandbox: &Sandbox, caller: &str, query: &str) -> Vec<String> {
    let path = format!("/api/rest/v1/user?{query}");
    let (status, page) = send(sandbox, "GET", &path, caller, Value::Null).await;
    assert_eq!(status, 200, "{query}: {page}");
    let resources = page["resources"].as_array().unwrap();
    assert_eq!(page["totalResults"], resources.len());
    resources.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_filter_finds_what_is_shown_of_an_identification() {
    let (sandbox, _, reader) = identified().await;
    let all = basic(&sandbox);
    for (filter, for_all, for_reader) in [
        ("strongIdentification pr", true, true),
        ("strongIdentification.method eq \"USER_API\"", true, true),
        ("strongIdentification.count ge 1", true, true),
        ("strongIdentification.identified eq true", true, true),
        ("strongIdentification.remarks co \"ee\"", true, true),
        ("strongIdentification.time gt \"2000-01-01T00:00:00Z\"", true, true),
        ("strongIdentification.personalId pr", true, true),
        (&format!("strongIdentification.personalId eq \"{CODE}\""), true, false),
        ("strongIdentification.personalId sw \"1310\"", true, false),
        ("strongIdentification.personalId ew \"T\"", true, false),
        ("strongIdentification.personalId co \"1\"", true, false),
        ("strongIdentification.personalId gt \"1\"", true, false),
        (&format!("not (strongIdentification.personalId ne \"{CODE}\")"), true, false),
        (
            &format!("username eq \"jane\" and strongIdentification.personalId eq \"{CODE}\""),
            true,
            false,
        ),
        ("username eq \"jane\" and strongIdentification.count eq 1", true, true),
        ("username eq \"joe\" and strongIdentification pr", false, false),
        ("strongIdentification.personalId eq \"***\"", false, true),
        ("strongIdentification.no pr", false, false),
    ] {
        let query = format!("filter={}", encoded(filter));
        for (caller, expected) in [(&all, for_all), (&reader, for_reader)] {
            let jane = found(&sandbox, caller, &query).await.contains(&"jane".to_owned());
            assert_eq!(jane, expected, "{filter}");
        }
    }
    let absent = encoded("not (strongIdentification pr)");
    assert_eq!(found(&sandbox, &reader, &format!("filter={absent}")).await, ["operator", "joe"]);
}

#[tokio::test]
async fn an_order_does_not_show_a_censored_code() {
    let (sandbox, _, reader) = identified().await;
    let other = sandbox.add_user(json!({"username": "ada"})).unwrap();
    let earlier = json!({"personalId": "010101-001A"});
    sandbox.set_strong_identifications(&other, [earlier]).unwrap();
    let all = basic(&sandbox);
    let query = "filter=strongIdentification%20pr&sortBy=strongIdentification.personalId";
    assert_eq!(found(&sandbox, &all, query).await, ["ada", "jane"]);
    assert_eq!(found(&sandbox, &reader, query).await, ["jane", "ada"]);
    let query = format!("{query}&sortOrder=descending");
    assert_eq!(found(&sandbox, &all, &query).await, ["jane", "ada"]);
    assert_eq!(found(&sandbox, &reader, &query).await, ["jane", "ada"]);
    let query = "sortBy=strongIdentification.count&sortOrder=descending";
    assert_eq!(found(&sandbox, &reader, query).await[..2], ["jane", "ada"]);
}

#[tokio::test]
async fn a_user_who_sees_other_users_does_not_find_their_codes() {
    let (sandbox, _, _) = identified().await;
    let auditor = sandbox.add_user(json!({"username": "auditor", "password": "x"})).unwrap();
    sandbox.grant_permissions(&auditor, ["ACCOUNT_VIEW"]).unwrap();
    let token = bearer(&sandbox, "auditor@sandbox", "x").await;
    let basic = format!("Basic {}", STANDARD.encode("auditor@sandbox:x"));
    let query =
        format!("filter={}", encoded(&format!("strongIdentification.personalId eq \"{CODE}\"")));
    for caller in [&token, &basic] {
        assert!(found(&sandbox, caller, &query).await.is_empty());
    }
    sandbox.grant_permissions(&auditor, ["ACCOUNT_VIEW_PERSONAL_ID"]).unwrap();
    for caller in [&token, &basic] {
        assert_eq!(found(&sandbox, caller, &query).await, ["jane"]);
    }
}

#[tokio::test]
async fn the_history_is_filtered_and_sorted_as_it_is_shown() {
    let (sandbox, id, reader) = identified().await;
    let path = format!("/user/{id}/strongidentification");
    api(&sandbox, "POST", &path, json!({"personalId": "0", "remarks": "b"})).await;
    let all = basic(&sandbox);
    let entries = async |caller: &str, query: &str| {
        let path = format!("/api/rest/v1{path}/history?{query}");
        let (status, page) = send(&sandbox, "GET", &path, caller, Value::Null).await;
        assert_eq!(status, 200);
        let entries = page["resources"].as_array().unwrap().iter();
        entries.map(|entry| entry["count"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let by_code = format!("filter={}", encoded(&format!("personalId eq \"{CODE}\"")));
    assert_eq!(entries(&all, &by_code).await, [1]);
    assert_eq!(entries(&reader, &by_code).await, [0; 0]);
    assert_eq!(entries(&reader, "filter=personalId%20eq%20%22***%22").await, [1, 2]);
    assert_eq!(entries(&reader, "filter=remarks%20eq%20%22b%22").await, [2]);
    assert_eq!(entries(&all, "sortBy=personalId").await, [2, 1]);
    assert_eq!(entries(&reader, "sortBy=personalId").await, [1, 2]);
}

#[tokio::test]
async fn a_computed_field_is_found_as_it_is_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let student = |until: &str| json!({"username": until, "customerGroupInfo": {"student": true, "studentValidTo": until}});
    sandbox.add_user(student("2999-01-01")).unwrap();
    sandbox.add_user(student("2000-01-01")).unwrap();
    sandbox.add_user(json!({"username": "none", "customerGroupInfo": {}})).unwrap();
    let all = basic(&sandbox);
    let valid = |value: bool| format!("filter=customerGroupInfo.studentValidNow%20eq%20{value}");
    assert_eq!(found(&sandbox, &all, &valid(true)).await, ["2999-01-01"]);
    assert_eq!(found(&sandbox, &all, &valid(false)).await, ["2000-01-01", "none"]);
    assert_eq!(found(&sandbox, &all, "filter=customerGroupInfo%20pr").await.len(), 3);
    assert_eq!(
        found(&sandbox, &all, "filter=customerGroupInfo.studentValidTo%20pr").await.len(),
        2
    );
    sandbox.advance_clock(Duration::from_secs(2000 * 365 * 24 * 60 * 60));
    assert_eq!(found(&sandbox, &all, &valid(true)).await, [""; 0]);
}

#[tokio::test]
async fn a_computed_attribute_is_known_if_unknown_ones_are_refused() {
    let (sandbox, _, reader) = identified().await;
    let rules = Rules { unknown_filter_attribute_refused: true, ..Rules::default() };
    sandbox.set_rules(rules);
    let query = "filter=strongIdentification.method%20eq%20%22USER_API%22";
    assert_eq!(found(&sandbox, &reader, query).await, ["jane"]);
    let path = "/api/rest/v1/user?filter=strongIdentification.no%20pr";
    assert_eq!(send(&sandbox, "GET", path, &reader, Value::Null).await.0, 400);
}

#[tokio::test]
async fn an_identification_in_the_document_of_a_seed_is_not_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let block = json!({"personalId": CODE, "identified": true});
    let user = json!({"username": "jane", "strongIdentification": block});
    let id = sandbox.add_user(user.clone()).unwrap();
    let seed = json!({"users": [{
        "id": "1", "username": "ada", "strongIdentification": block,
        "meta": {"created": "2026-01-01T00:00:00.000Z"},
    }, {"id": "2", "username": "eve", "strongIdentification": block}]});
    assert_eq!(send(&sandbox, "POST", "/sandbox/import", "", seed).await.0, 204);
    let again = sandbox.add_user(user).unwrap();
    sandbox.create_api_client(ApiClient::new("reader", "s").permissions(["ACCOUNT_VIEW"]));
    let reader = format!("Basic {}", STANDARD.encode("reader:s"));

    assert!(sandbox.user_document(&id).is_none());
    for id in [again.as_str(), "1", "2"] {
        let path = format!("/api/rest/v1/user/{id}");
        let (_, user) = send(&sandbox, "GET", &path, &reader, Value::Null).await;
        assert!(!user.to_string().contains(CODE), "{user}");
    }
    let query =
        format!("filter={}", encoded(&format!("strongIdentification.personalId eq \"{CODE}\"")));
    assert!(found(&sandbox, &reader, &query).await.is_empty());
}
