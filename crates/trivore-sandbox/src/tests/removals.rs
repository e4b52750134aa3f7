//! Tests of deleting objects without the API, and of what else only the control endpoints change.

use serde_json::{Value, json};

use super::client::{api, send};
use crate::{Rules, Sandbox};

async fn control(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    send(sandbox, method, &format!("/sandbox{path}"), "", body).await
}

#[tokio::test]
async fn what_can_be_added_can_be_deleted() {
    for over_http in [true, false] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.set_rules(Rules { soft_delete: true, ..Rules::default() });
        sandbox.add_namespace(json!({"code": "staff"})).unwrap();
        let group = sandbox.add_group(json!({"name": "drivers"})).unwrap();
        let role = sandbox.add_custom_role(json!({"name": "Helpdesk"})).unwrap();
        sandbox.add_external_permission("g", "p", json!({})).unwrap();
        let kept = json!({"permissionId": "q", "permissionGroupId": "g"});
        let grants = vec![json!({"permissionId": "p", "permissionGroupId": "g"}), kept.clone()];
        sandbox.add_external_permission("g", "q", json!({})).unwrap();
        let jane = sandbox.add_user(json!({"username": "jane", "memberOf": ["drivers"]})).unwrap();
        let joe = sandbox.add_user(json!({"username": "joe", "nsCode": "staff"})).unwrap();
        sandbox.set_external_permissions(&jane, grants).unwrap();

        let paths = [
            format!("/groups/{group}"),
            format!("/roles/{role}"),
            "/externalpermissions/g/p".to_owned(),
            "/namespaces/staff".to_owned(),
        ];
        if over_http {
            for path in &paths {
                assert_eq!(control(&sandbox, "DELETE", path, Value::Null).await.0, 204, "{path}");
                assert_eq!(control(&sandbox, "DELETE", path, Value::Null).await.0, 404, "{path}");
            }
        } else {
            assert!(sandbox.remove_group(&group) && !sandbox.remove_group(&group));
            assert!(sandbox.remove_custom_role(&role) && !sandbox.remove_custom_role(&role));
            assert!(sandbox.remove_external_permission("g", "p"));
            assert!(!sandbox.remove_external_permission("g", "p"));
            assert!(sandbox.remove_namespace("staff") && !sandbox.remove_namespace("staff"));
        }
        assert_eq!(sandbox.user_document(&joe), None, "it was in the namespace");
        assert_eq!(sandbox.user_document(&jane).unwrap()["memberOf"], json!([]));
        let path = format!("/user/{jane}/externalpermissions");
        assert_eq!(api(&sandbox, "GET", &path, Value::Null).await.1, json!([kept]));

        let path = format!("/users/{jane}");
        if over_http {
            assert_eq!(control(&sandbox, "DELETE", &path, Value::Null).await.0, 204);
            assert_eq!(control(&sandbox, "DELETE", &path, Value::Null).await.0, 404);
        } else {
            assert!(sandbox.remove_user(&jane) && !sandbox.remove_user(&jane));
        }
        assert_eq!(sandbox.user_document(&jane), None, "the rule would only have marked it");
    }
}

#[tokio::test]
async fn addresses_and_numbers_are_marked_as_verified_or_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({"emails": [{"address": "j@b.c"}], "mobiles": [{"number": "+358401"}]});
    let id = sandbox.add_user(user).unwrap();
    let path = format!("/users/{id}/verified");
    let set = async |value: &str, verified: bool| {
        control(&sandbox, "PUT", &path, json!({"value": value, "verified": verified})).await.0
    };

    assert_eq!((set("j@b.c", true).await, set("+358401", true).await), (204, 204));
    let user = sandbox.user_document(&id).unwrap();
    assert_eq!(
        (&user["emails"][0]["verified"], &user["mobiles"][0]["verified"]),
        (&json!(true), &json!(true))
    );
    assert!(user["emails"][0]["verifiedDateTime"].is_string());

    assert_eq!(set("j@b.c", false).await, 204);
    let user = sandbox.user_document(&id).unwrap();
    assert_eq!(user["emails"][0], json!({"address": "j@b.c", "verified": false}));
    assert_eq!(set("other@b.c", true).await, 404);
    assert_eq!(control(&sandbox, "PUT", &path, json!({"value": "j@b.c"})).await.0, 400);
    let nobody = json!({"value": "j@b.c", "verified": true});
    assert_eq!(control(&sandbox, "PUT", "/users/no/verified", nobody).await.0, 404);
    sandbox.set_verified(&id, "+358401", false).unwrap();
    assert!(sandbox.set_verified("no", "j@b.c", true).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_frozen_clock_stands_until_it_is_advanced() {
    let sandbox = Sandbox::start().await.unwrap();
    let second = std::time::Duration::from_secs(1);
    let (_, frozen) = control(&sandbox, "POST", "/clock/freeze", Value::Null).await;
    assert_eq!(frozen["frozen"], true);
    tokio::time::advance(second).await;
    assert_eq!(control(&sandbox, "GET", "/clock", Value::Null).await.1, frozen);

    let before = sandbox.now();
    control(&sandbox, "POST", "/clock/advance?seconds=5", Value::Null).await;
    assert_eq!(sandbox.now().duration_since(before).unwrap(), 5 * second);
    let (_, resumed) = control(&sandbox, "POST", "/clock/resume", Value::Null).await;
    assert_eq!(resumed["frozen"], false);
    tokio::time::advance(second).await;
    assert_eq!(sandbox.now().duration_since(before).unwrap(), 6 * second);

    sandbox.freeze_clock();
    sandbox.reset().unwrap();
    assert_eq!(control(&sandbox, "GET", "/clock", Value::Null).await.1["frozen"], false);
}

#[tokio::test]
async fn the_credentials_are_those_of_the_handle() {
    let sandbox = Sandbox::start().await.unwrap();
    let expected = json!({
        "url": sandbox.url(),
        "api": {"id": sandbox.client_id(), "secret": sandbox.client_secret()},
        "oidc": {"id": sandbox.oidc_client_id(), "secret": sandbox.oidc_client_secret()},
        "operator": {"username": sandbox.username(), "password": sandbox.password()},
    });
    assert_eq!(control(&sandbox, "GET", "/credentials", Value::Null).await, (200, expected));
}
