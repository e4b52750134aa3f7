//! Tests of namespaces and their policies.

use serde_json::{Value, json};

use super::client::api;
use crate::{Rules, Sandbox};

#[tokio::test]
async fn namespaces_rule_usernames_and_contacts() {
    let sandbox = Sandbox::start().await.unwrap();
    let namespace = json!({"code": "m", "usernamePolicy": "MANUAL", "commMethodMaxQty": 1});
    assert_eq!(api(&sandbox, "POST", "/namespace", namespace).await.0, 201);
    let jane = json!({"nsCode": "m", "username": "Jane"});
    assert_eq!(api(&sandbox, "POST", "/user", json!({"nsCode": "m"})).await.0, 400);
    assert_eq!(api(&sandbox, "POST", "/user", jane.clone()).await.0, 201);
    assert_eq!(api(&sandbox, "POST", "/user", jane.clone()).await.0, 409);
    let two = json!({
        "nsCode": "m", "username": "joe", "emails": [{"address": "a@b"}, {"address": "c@d"}],
    });
    assert_eq!(api(&sandbox, "POST", "/user", two).await.0, 400);

    let filter = "/user?filter=(nsCode%20eq%20%22m%22)%20%20and%20%20(username%20pr%20)&count=1";
    let (_, page) = api(&sandbox, "GET", filter, Value::Null).await;
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(1), &json!(1)));
    assert_eq!(api(&sandbox, "DELETE", "/namespace/m", Value::Null).await.0, 409);

    let rules =
        Rules { duplicates_conflict: false, namespace_delete_cascades: true, ..Rules::default() };
    sandbox.set_rules(rules);
    assert_eq!(api(&sandbox, "POST", "/user", jane).await.0, 400);
    assert_eq!(api(&sandbox, "DELETE", "/namespace/m", Value::Null).await.0, 204);
}

#[tokio::test]
async fn a_deleted_group_is_nobodys_parent() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n"})).unwrap();
    let parent = sandbox.add_group(json!({"name": "p", "nsCode": "n"})).unwrap();
    let group = sandbox.add_group(json!({"name": "g", "memberOf": [parent]})).unwrap();
    let role = sandbox.add_custom_role(json!({"name": "r", "memberOf": [parent]})).unwrap();
    let removed = sandbox.add_custom_role(json!({"name": "r", "nsCode": "n"})).unwrap();
    let id = sandbox.add_user(json!({})).unwrap();
    let roles = format!("/user/{id}/roles/custom");
    api(&sandbox, "PUT", &roles, json!({"add": [removed]})).await;

    assert_eq!(api(&sandbox, "DELETE", "/namespace/n", Value::Null).await.0, 204);

    for path in [format!("/group/{group}"), format!("/role/custom/{role}")] {
        let (status, changed) = api(&sandbox, "PUT", &path, json!({"name": "x"})).await;
        assert_eq!((status, &changed["memberOf"]), (200, &json!([])), "{path}");
    }
    assert_eq!(api(&sandbox, "GET", &roles, Value::Null).await.1, json!([]));
}

#[tokio::test]
async fn a_part_of_the_policies_keeps_the_others() {
    let sandbox = Sandbox::start().await.unwrap();
    let policy = json!({"minPwLength": 12, "emailVerifyLinkExpireDays": 3, "own": {"a": 1}});
    let sms = json!({"enabled": false, "defaultRegion": "FI"});
    let namespace = json!({"code": "n", "defaultGroupPolicy": policy, "smsSettings": sms});
    let (_, before) = api(&sandbox, "POST", "/namespace", namespace).await;
    let put = async |body: Value| {
        let (status, changed) = api(&sandbox, "PUT", "/namespace/n", body).await;
        assert_eq!(status, 200);
        assert_eq!(changed, api(&sandbox, "GET", "/namespace/n", Value::Null).await.1);
        changed
    };
    let expected = |key: &str, name: &str, value: Value| {
        let mut expected = before[key].clone();
        expected[name] = value;
        expected
    };

    let changed = put(json!({"defaultGroupPolicy": {"minPwLength": 20}})).await;
    let policy = expected("defaultGroupPolicy", "minPwLength", json!(20));
    assert_eq!(changed["defaultGroupPolicy"], policy);
    assert_eq!(changed["smsSettings"], before["smsSettings"]);
    let changed = put(json!({"smsSettings": {"enabled": true}})).await;
    assert_eq!(changed["smsSettings"], expected("smsSettings", "enabled", json!(true)));
    for nothing in [json!({}), Value::Null] {
        assert_eq!(put(json!({"defaultGroupPolicy": nothing})).await["defaultGroupPolicy"], policy);
    }

    // Nothing depends on whether other objects are merged.
    sandbox.set_rules(Rules { nested_objects_merge: true, ..Rules::default() });
    let changed = put(json!({"defaultGroupPolicy": {"own": null, "minPwLength": 12}})).await;
    let mut policy = before["defaultGroupPolicy"].clone();
    policy.as_object_mut().unwrap().remove("own");
    assert_eq!(changed["defaultGroupPolicy"], policy);
    sandbox.set_rules(Rules { null_ignored: true, ..Rules::default() });
    let changed = put(json!({"defaultGroupPolicy": {"minPwLength": null}})).await;
    assert_eq!(changed["defaultGroupPolicy"], policy);
}

#[tokio::test]
async fn a_put_that_replaces_gives_the_other_policies_their_defaults() {
    let sandbox = Sandbox::start().await.unwrap();
    let policy = json!({"minPwLength": 12, "emailVerifyLinkExpireDays": 3});
    let namespace = json!({"code": "n", "defaultGroupPolicy": policy});
    api(&sandbox, "POST", "/namespace", namespace).await;
    sandbox.set_rules(Rules { put_replaces: true, ..Rules::default() });

    let body = json!({"defaultGroupPolicy": {"minPwLength": 20}});
    let (_, changed) = api(&sandbox, "PUT", "/namespace/n", body).await;
    let policy = &changed["defaultGroupPolicy"];
    assert_eq!(
        (&policy["minPwLength"], &policy["emailVerifyLinkExpireDays"]),
        (&json!(20), &json!(7))
    );
    let (_, changed) = api(&sandbox, "PUT", "/namespace/n", json!({"name": "x"})).await;
    assert_eq!(changed["defaultGroupPolicy"], *policy);
}
