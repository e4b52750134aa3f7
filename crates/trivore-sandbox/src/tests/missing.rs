//! Tests of operations that the sandbox lacks.

use serde_json::{Value, json};

use super::client::{basic, bearer, send};
use crate::{Sandbox, missing_operations};

#[tokio::test]
async fn operations_that_are_missing_say_so() {
    let sandbox = Sandbox::start().await.unwrap();
    for operation in missing_operations() {
        let is_open = operation.path.starts_with("/openid/");
        let path = if is_open { "" } else { "/api/rest/v1" }.to_owned() + operation.path;
        let path = path.replace(['{', '}'], "");
        let methods =
            operation.method.map_or(vec!["GET", "POST", "PUT", "DELETE", "PATCH"], |it| vec![it]);
        for method in methods {
            let (status, error) = send(&sandbox, method, &path, "", Value::Null).await;
            assert_eq!((status, &error["statusCode"]), (501, &501.into()), "{method} {path}");
            let message = error["errorMessage"].as_str().unwrap();
            assert!(message.contains(operation.name), "{message}");
            assert!(message.contains(operation.path), "{message}");
        }
    }
}

#[tokio::test]
async fn the_response_is_the_same_for_every_identifier_caller_query_and_body() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = sandbox.add_user(json!({"username": "jane", "password": "x"})).unwrap();
    let group = sandbox.add_group(json!({"name": "g"})).unwrap();
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    let basic = basic(&sandbox);
    let mut rules = sandbox.rules();
    (rules.accept_required, rules.scopes_enforced) = (true, true);
    sandbox.set_rules(rules);

    for operation in missing_operations() {
        let method = operation.method.unwrap_or("PUT");
        let prefix = if operation.path.starts_with("/openid/") { "" } else { "/api/rest/v1" };
        let expected = format!(
            "The sandbox lacks this operation: {} ({} {}).",
            operation.name,
            operation.method.unwrap_or("all methods"),
            operation.path
        );
        for id in [user.as_str(), group.as_str(), "x%20y", "%ff"] {
            let parts = operation.path.split('/');
            let path = parts.map(|part| if part.starts_with('{') { id } else { part });
            let path = format!("{prefix}{}", path.collect::<Vec<_>>().join("/"));
            for caller in ["", "Bearer x", token.as_str(), basic.as_str()] {
                for (query, body) in [("", Value::Null), ("?a=b&c=%20", json!({"a": [1]}))] {
                    let path = format!("{path}{query}");
                    let (status, error) = send(&sandbox, method, &path, caller, body).await;
                    assert_eq!((status, &error["errorMessage"]), (501, &json!(expected)), "{path}");
                }
            }
        }
    }
    assert!(sandbox.ledger().iter().all(|entry| entry.operation != "update"));
}

#[test]
fn what_public_sources_name_and_the_sandbox_lacks_is_listed() {
    for path in [
        "/sms/send",
        "/email/send",
        "/user/{userId}/mydata",
        "/mydata/user",
        "/user/{userId}/token",
        "/user/{userId}/token/{key}",
        "/user/{userId}/change-contact/begin",
        "/user/{userId}/change-contact/finish",
        "/group/{groupId}/customfields",
        "/user/{userId}/customfields",
        "/user/{userId}/paycard",
        "/user/{userId}/paycard/{paycardId}",
        "/user/{userId}/paycard/{paycardId}/pantoken",
        "/user/{userId}/paycard/{paycardId}/pantoken/{tokenId}",
        "/openid/register",
    ] {
        assert!(missing_operations().iter().any(|it| it.path == path), "{path}");
    }
}

#[tokio::test]
async fn other_operations_of_the_same_path_are_served() {
    let sandbox = Sandbox::start().await.unwrap();
    let path = "/api/rest/v1/user/x/customfields";
    assert_eq!(send(&sandbox, "GET", path, "", Value::Null).await.0, 401);
    assert_eq!(send(&sandbox, "PUT", path, "", Value::Null).await.0, 405);
    assert_eq!(send(&sandbox, "PATCH", "/api/rest/v1/user/x", "", Value::Null).await.0, 405);
}

#[test]
fn the_readme_lists_all_of_them() {
    let readme = include_str!("../../README.md");
    for operation in missing_operations() {
        let method = operation.method.map_or_else(String::new, |method| format!("{method} "));
        let row = format!("| `{method}{}` | {} |", operation.path, operation.name);
        assert!(readme.contains(&row), "{row}");
    }
}
