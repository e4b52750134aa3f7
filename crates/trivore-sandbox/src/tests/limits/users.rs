//! Tests of limits on what a user holds.

use serde_json::json;

use crate::tests::client::api;
use crate::{Rules, Sandbox};

#[tokio::test]
async fn a_limit_refuses_only_what_a_change_makes_worse() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    let long = "x".repeat(150);
    let tags = |count: usize| [vec![long.clone()], vec!["t".to_owned(); count - 1]].concat();
    let seed = json!({"tags": tags(103), "customFields": {"a.b": 1, "$c": 1}});
    let id = sandbox.add_user(seed).unwrap();
    let path = format!("/user/{id}");
    let fields = format!("{path}/customfields");
    let put = |body| api(&sandbox, "PUT", &path, body);

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (json!({"tags": tags(103)}), 200),
        (json!({"tags": tags(104)}), 400),
        (json!({"tags": tags(102)}), 200),
        (json!({"tags": tags(103)}), 400),
        (json!({"tags": vec![long.clone(); 2]}), 400),
        (json!({"tags": ["x".repeat(151)]}), 400),
        (json!({"tags": ["x".repeat(149)]}), 200),
        (json!({"tags": [&long]}), 400),
        (json!({"customFields": {"a.b": 2, "$c": 1}}), 200),
        (json!({"customFields": {"a.b": 2, "$d": 1}}), 400),
        (json!({"customFields": {"a.b": 2}}), 200),
        (json!({"customFields": {"a.b": 2, "$c": 1}}), 400),
    ] {
        assert_eq!(put(body.clone()).await.0, expected, "{body}");
    }
    for (body, expected) in [(json!({"a.b": 3}), 200), (json!({"b.c": 3}), 400)] {
        assert_eq!(api(&sandbox, "POST", &fields, body.clone()).await.0, expected, "{body}");
    }
    let path = format!("{path}/migratenamespace");
    let (status, migrated) = api(&sandbox, "POST", &path, json!({"targetNsCode": "t"})).await;
    assert_eq!((status, &migrated["customFields"]), (200, &json!({"a.b": 3})));
    for body in [json!({"tags": tags(101)}), json!({"tags": [&long]})] {
        assert_eq!(api(&sandbox, "POST", "/user", body).await.0, 400);
    }
}

#[tokio::test]
async fn a_lowered_limit_on_contacts_leaves_users_changeable() {
    let sandbox = Sandbox::start().await.unwrap();
    let namespace = json!({"code": "n", "commMethodMaxQty": 3});
    sandbox.add_namespace(namespace).unwrap();
    let emails = |count| json!({"emails": vec![json!({"address": "a@b.c"}); count]});
    let mut seed = emails(3);
    seed["nsCode"] = json!("n");
    let id = sandbox.add_user(seed).unwrap();
    api(&sandbox, "PUT", "/namespace/n", json!({"commMethodMaxQty": 1})).await;
    let path = format!("/user/{id}");

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (emails(4), 400),
        (emails(3), 200),
        (emails(2), 200),
        (emails(3), 400),
        (emails(1), 200),
        (emails(2), 400),
    ] {
        assert_eq!(api(&sandbox, "PUT", &path, body.clone()).await.0, expected, "{body}");
    }
}

#[tokio::test]
async fn a_stored_contact_that_is_now_malformed_may_stay() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_rules(Rules { contacts_checked: false, ..Rules::default() });
    let id = sandbox.add_user(json!({"emails": [{"address": "old"}, {"name": "no"}]})).unwrap();
    sandbox.set_rules(Rules::default());
    let path = format!("/user/{id}");

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (json!({"emails": [{"address": "old"}, {"address": "new"}]}), 400),
        (json!({"emails": [{"address": "old"}, {"address": "a@b.c"}]}), 200),
        (json!({"emails": [{"address": "old"}, {"name": "no"}]}), 400),
        (json!({"emails": [{"address": "old"}]}), 200),
    ] {
        assert_eq!(api(&sandbox, "PUT", &path, body.clone()).await.0, expected, "{body}");
    }
}
