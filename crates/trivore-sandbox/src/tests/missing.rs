//! Tests of operations that the sandbox lacks.

use serde_json::Value;

use super::client::send;
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
