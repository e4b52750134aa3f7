//! Tests of invitations and their links.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{api, copy_of, export, send};
use crate::Sandbox;

async fn invite(sandbox: &Sandbox, body: Value) -> (u16, Value) {
    api(sandbox, "POST", "/invite/user", body).await
}

fn link(sandbox: &Sandbox, to: &str) -> String {
    let link = sandbox.outbox().last_link(to).unwrap().to_owned();
    let host = link.find("://").unwrap() + 3;
    link[host + link[host..].find('/').unwrap()..].to_owned()
}

async fn follow(sandbox: &Sandbox, link: &str) -> u16 {
    send(sandbox, "GET", link, "", Value::Null).await.0
}

/// Returns the users with an address.
async fn users(sandbox: &Sandbox, address: &str) -> Vec<Value> {
    let path = format!("/user?filter=emails.address%20eq%20%22{address}%22");
    let (_, page) = api(sandbox, "GET", &path, Value::Null).await;
    page["resources"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_link_makes_the_account_with_its_groups_once() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n"})).unwrap();
    let known = sandbox.add_group(json!({"name": "known", "nsCode": "n"})).unwrap();
    let body = json!({
        "emails": ["a@b.c", "d@e.f"], "nsCode": "n", "groups": [known, "new"], "locale": "fi",
        "subject": "Hi", "bodyText": "Come",
    });
    sandbox.clear_ledger();
    assert_eq!(invite(&sandbox, body).await, (200, json!({})));
    let (_, groups) =
        api(&sandbox, "GET", "/group?filter=name%20eq%20%22new%22", Value::Null).await;
    let new = &groups["resources"][0]["id"];
    assert!(users(&sandbox, "a@b.c").await.is_empty(), "nobody has followed a link");
    let first = link(&sandbox, "a@b.c");

    let request = http::Request::get(&first).body(String::new()).unwrap();
    let response = tower::ServiceExt::oneshot(sandbox.service(), request).await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], format!("{}/", sandbox.url()).as_str());
    assert_eq!(follow(&sandbox, &first).await, 404, "a link works once");

    let [user] = &users(&sandbox, "a@b.c").await[..] else { panic!("one user") };
    assert_eq!((&user["nsCode"], &user["locale"]), (&json!("n"), &json!("fi")));
    assert_eq!(user["memberOf"], json!([known, new]));
    assert_eq!(user["emails"][0]["verified"], true);
    assert!(users(&sandbox, "d@e.f").await.is_empty());
    assert_eq!(follow(&sandbox, &link(&sandbox, "d@e.f")).await, 302);
    assert_eq!(users(&sandbox, "d@e.f").await[0]["memberOf"], user["memberOf"]);
    let ledger = sandbox.ledger();
    let changes: Vec<_> = ledger.iter().map(|entry| (entry.kind, entry.operation)).collect();
    let invited = ("message", "invite");
    let created = ("user", "create");
    assert_eq!(changes, [("group", "create"), invited, invited, created, created]);
}

#[tokio::test]
async fn groups_that_cannot_be_joined_are_refused_when_inviting() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n"})).unwrap();
    let foreign = sandbox.add_group(json!({"name": "foreign", "nsCode": "n"})).unwrap();
    sandbox.add_group(json!({"name": "closed", "disallowUsers": true})).unwrap();
    for groups in
        [json!(["new", foreign]), json!(["new", "closed"]), json!(["new", ""]), json!([1])]
    {
        let body = json!({"emails": ["a@b.c"], "groups": groups});
        assert_eq!(invite(&sandbox, body).await.0, 400, "{groups}");
    }
    assert!(sandbox.outbox().is_empty());
    let (_, groups) = api(&sandbox, "GET", "/group", Value::Null).await;
    assert_eq!(groups["totalResults"], 2, "nothing was made");
}

#[tokio::test]
async fn a_group_that_is_gone_or_closed_meanwhile_is_left_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let [gone, closed] =
        ["gone", "closed"].map(|name| sandbox.add_group(json!({"name": name})).unwrap());
    let groups = json!(["gone", "closed", "stays"]);
    invite(&sandbox, json!({"emails": ["a@b.c"], "groups": groups})).await;
    api(&sandbox, "DELETE", &format!("/group/{gone}"), Value::Null).await;
    api(&sandbox, "PUT", &format!("/group/{closed}"), json!({"disallowUsers": true})).await;

    assert_eq!(follow(&sandbox, &link(&sandbox, "a@b.c")).await, 302);

    let member_of = users(&sandbox, "a@b.c").await[0]["memberOf"].clone();
    assert_eq!(member_of.as_array().unwrap().len(), 1);
    let (_, groups) = api(&sandbox, "GET", "/group", Value::Null).await;
    assert_eq!(groups["totalResults"], 2, "no group is named by an identifier");
}

#[tokio::test]
async fn each_invitee_gets_one_message() {
    let sandbox = Sandbox::start().await.unwrap();
    let emails = json!(["a@b.c", "A@b.c", "a@b.c", "d@e.f"]);
    invite(&sandbox, json!({"emails": emails})).await;
    assert_eq!(sandbox.outbox().len(), 2);
}

#[tokio::test]
async fn an_invitation_works_with_every_policy_for_usernames() {
    for policy in ["EMAIL", "MANUAL", "EIGHT_NUMBERS", "FMLNN"] {
        let sandbox = Sandbox::start().await.unwrap();
        let namespace = json!({"code": "n", "usernamePolicy": policy, "commMethodMaxQty": 0});
        sandbox.add_namespace(namespace).unwrap();
        invite(&sandbox, json!({"emails": ["A@b.c"], "nsCode": "n"})).await;
        assert_eq!(follow(&sandbox, &link(&sandbox, "A@b.c")).await, 400, "{policy}: no addresses");
        let change = json!({"commMethodMaxQty": 1});
        api(&sandbox, "PUT", "/namespace/n", change).await;
        let mut rules = sandbox.rules();
        (rules.username_required, rules.client_username_refused) = (true, true);
        sandbox.set_rules(rules);
        assert_eq!(follow(&sandbox, &link(&sandbox, "A@b.c")).await, 302, "{policy}");
        let [user] = &users(&sandbox, "A@b.c").await[..] else { panic!("{policy}") };
        let is_address = user["username"] == "a@b.c";
        assert_eq!(is_address, ["EMAIL", "MANUAL"].contains(&policy), "{policy}: {user}");
    }
}

#[tokio::test]
async fn a_link_expires_and_does_not_outlive_its_namespace() {
    let sandbox = Sandbox::start().await.unwrap();
    let policy = json!({"emailVerifyLinkExpireDays": 2});
    sandbox.add_namespace(json!({"code": "n", "defaultGroupPolicy": policy})).unwrap();
    invite(&sandbox, json!({"emails": ["a@b.c"], "nsCode": "n"})).await;
    invite(&sandbox, json!({"emails": ["d@e.f"]})).await;
    sandbox.advance_clock(Duration::from_secs(2 * 24 * 60 * 60));
    assert_eq!(follow(&sandbox, &link(&sandbox, "a@b.c")).await, 404);
    assert_eq!(follow(&sandbox, &link(&sandbox, "d@e.f")).await, 302);

    invite(&sandbox, json!({"emails": ["a@b.c"], "nsCode": "n"})).await;
    api(&sandbox, "DELETE", "/namespace/n", Value::Null).await;
    assert_eq!(follow(&sandbox, &link(&sandbox, "a@b.c")).await, 404);
    assert_eq!(follow(&sandbox, "/invitation/unknown").await, 404);
}

#[tokio::test]
async fn invitations_survive_a_restart_an_export_and_a_snapshot() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let body = json!({"emails": ["a@b.c", "d@e.f"], "groups": ["g"], "locale": "sv"});
    invite(&sandbox, body).await;
    assert_eq!(follow(&sandbox, &link(&sandbox, "d@e.f")).await, 302);
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let copy = copy_of(&sandbox).await;
    assert_eq!(export(&copy), export(&sandbox));
    for sandbox in [&sandbox, &copy] {
        sandbox.save_snapshot("invited");
        for _ in 0..2 {
            assert_eq!(follow(sandbox, &link(sandbox, "d@e.f")).await, 404);
            assert_eq!(follow(sandbox, &link(sandbox, "a@b.c")).await, 302);
            let users = users(sandbox, "a@b.c").await;
            assert_eq!(users[0]["memberOf"].as_array().unwrap().len(), 1);
            sandbox.restore_snapshot("invited").unwrap();
        }
    }
    sandbox.shutdown().await;
}
