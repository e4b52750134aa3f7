//! Tests of the policies for signing in.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{self, api, copy_of, send};
use crate::Sandbox;

/// Requests a token with the password grant, and returns the status.
async fn token(sandbox: &Sandbox, name: &str, password: &str) -> u16 {
    let parameters = [("grant_type", "password"), ("username", name), ("password", password)];
    client::token(sandbox, &parameters).await.0
}

/// Reads permissions as a user with Basic credentials, and returns the status.
async fn basic(sandbox: &Sandbox, name: &str, password: &str) -> u16 {
    let authorization = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    send(sandbox, "GET", "/api/rest/v1/permission", &authorization, Value::Null).await.0
}

async fn with_policy(policy: Value) -> (Sandbox, String) {
    let sandbox = Sandbox::start().await.unwrap();
    let namespace = json!({"code": "n", "defaultGroupPolicy": policy});
    let (status, error) = api(&sandbox, "POST", "/namespace", namespace).await;
    assert_eq!(status, 201, "{error}");
    let id = sandbox.add_user(jane()).unwrap();
    (sandbox, id)
}

fn jane() -> Value {
    json!({
        "nsCode": "n", "username": "jane", "password": "x",
        "emails": [{"address": "Jane@e.fi"}, {"address": "other@e.fi", "verified": true}],
        "mobiles": [{"number": "+358401"}],
    })
}

#[tokio::test]
async fn addresses_and_numbers_sign_in_where_the_policy_allows_it() {
    for (policy, emails, mobiles) in [
        (json!({}), false, false),
        (json!({"emailLoginAllowed": "ALLOWED"}), true, false),
        (json!({"mobileLoginAllowed": "ALLOWED"}), false, true),
        (json!({"emailLoginAllowed": "ALLOWED", "mobileLoginAllowed": "DISALLOWED"}), true, false),
    ] {
        let (sandbox, _) = with_policy(policy.clone()).await;
        for (name, is_allowed) in [
            ("jane", true),
            ("jane@n", true),
            ("Jane@e.fi", emails),
            ("jane@E.fi", emails),
            ("other@e.fi", emails),
            ("jane@e.fi@n", emails),
            ("jane@e.fi@sandbox", false),
            ("+358401", mobiles),
            ("+358401@n", mobiles),
        ] {
            let expected = if is_allowed { 200 } else { 400 };
            assert_eq!(token(&sandbox, name, "x").await, expected, "{policy} {name}");
            assert_eq!(token(&sandbox, name, "wrong").await, 400, "{policy} {name}");
            let expected = if is_allowed && name.contains('@') { 200 } else { 401 };
            assert_eq!(basic(&sandbox, name, "x").await, expected, "{policy} {name}");
        }
    }
}

#[tokio::test]
async fn a_policy_that_is_changed_takes_effect_at_once() {
    let (sandbox, id) = with_policy(json!({"emailLoginAllowed": "ALLOWED"})).await;
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 200);
    let policy = json!({"defaultGroupPolicy": {"emailLoginAllowed": "DISALLOWED"}});
    assert_eq!(api(&sandbox, "PUT", "/namespace/n", policy).await.0, 200);
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 400);
    let wrong = json!({"defaultGroupPolicy": {"emailLoginAllowed": true}});
    assert_eq!(api(&sandbox, "PUT", "/namespace/n", wrong).await.0, 400);

    let policy = json!({"defaultGroupPolicy": {"emailLoginAllowed": "ALLOWED"}});
    assert_eq!(api(&sandbox, "PUT", "/namespace/n", policy).await.0, 200);
    let emails = json!({"emails": [{"address": "new@e.fi"}]});
    assert_eq!(api(&sandbox, "PUT", &format!("/user/{id}"), emails).await.0, 200);
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 400);
    assert_eq!(token(&sandbox, "new@e.fi", "x").await, 200);
}

#[tokio::test]
async fn a_username_that_is_the_address_signs_in_and_an_ambiguous_address_does_not() {
    let (sandbox, _) = with_policy(json!({"emailLoginAllowed": "ALLOWED"})).await;
    sandbox
        .add_user(json!({
            "nsCode": "n", "username": "joe@e.fi", "password": "x",
            "emails": [{"address": "joe@e.fi"}],
        }))
        .unwrap();
    assert_eq!(token(&sandbox, "joe@e.fi", "x").await, 200);
    let mut twin = jane();
    twin["username"] = json!("twin");
    sandbox.add_user(twin.clone()).unwrap();
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 400, "two users fit");
    twin["username"] = json!("third");
    twin["password"] = json!("third");
    sandbox.add_user(twin).unwrap();
    assert_eq!(token(&sandbox, "jane@e.fi", "third").await, 200);
}

fn lockout() -> Value {
    json!({
        "incorrectLoginAttemptsThresh": 3,
        "incorrectLoginTimeWin": 60,
        "incorrectLoginLockoutTime": 600,
    })
}

#[tokio::test]
async fn too_many_incorrect_passwords_lock_a_user_out_for_a_while() {
    let (sandbox, id) = with_policy(lockout()).await;
    sandbox.add_user(json!({"nsCode": "n", "username": "joe", "password": "x"})).unwrap();
    assert_eq!(token(&sandbox, "jane", "x").await, 200);
    for name in ["jane", "jane@n", "jane"] {
        assert_eq!(token(&sandbox, name, "wrong").await, 400);
    }

    assert_eq!(token(&sandbox, "jane", "x").await, 400);
    assert_eq!(basic(&sandbox, "jane@n", "x").await, 401);
    assert_eq!(token(&sandbox, "joe", "x").await, 200, "others are not locked out");
    assert_eq!(sandbox.user_document(&id).unwrap()["locked"], false);
    sandbox.advance_clock(Duration::from_secs(599));
    assert_eq!(token(&sandbox, "jane", "x").await, 400);
    sandbox.advance_clock(Duration::from_secs(2));
    assert_eq!(token(&sandbox, "jane", "x").await, 200);
    assert_eq!(token(&sandbox, "jane", "wrong").await, 400);
    assert_eq!(token(&sandbox, "jane", "x").await, 200, "attempts are counted anew");
}

#[tokio::test]
async fn incorrect_passwords_count_within_the_window_and_since_the_last_sign_in() {
    let (sandbox, _) = with_policy(lockout()).await;
    let twice = async || {
        for _ in 0..2 {
            assert_eq!(token(&sandbox, "jane", "wrong").await, 400);
        }
    };
    twice().await;
    sandbox.advance_clock(Duration::from_secs(61));
    twice().await;
    assert_eq!(token(&sandbox, "jane", "x").await, 200, "old attempts do not count");
    twice().await;
    assert_eq!(token(&sandbox, "jane", "x").await, 200, "a sign-in forgets the attempts");
    twice().await;
    assert_eq!(basic(&sandbox, "jane@n", "x").await, 200);
    twice().await;
    assert_eq!(token(&sandbox, "jane", "x").await, 200, "so does one with Basic credentials");
}

#[tokio::test]
async fn incorrect_basic_credentials_of_users_count_too() {
    for method in ["GET", "POST"] {
        let (sandbox, _) = with_policy(lockout()).await;
        let wrong = format!("Basic {}", STANDARD.encode("jane@n:wrong"));
        for _ in 0..3 {
            let (status, _) = send(&sandbox, method, "/api/rest/v1/user", &wrong, json!({})).await;
            assert_eq!(status, 401);
        }
        assert_eq!(basic(&sandbox, "jane@n", "x").await, 401);
        assert_eq!(token(&sandbox, "jane", "x").await, 400);

        let mut rules = sandbox.rules();
        rules.basic_user_names = false;
        sandbox.set_rules(rules);
        let joe = json!({"nsCode": "n", "username": "joe", "password": "x"});
        sandbox.add_user(joe).unwrap();
        for _ in 0..3 {
            assert_eq!(basic(&sandbox, "joe@n", "wrong").await, 401);
        }
        assert_eq!(token(&sandbox, "joe", "x").await, 200, "such names are unknown then");
    }
}

#[tokio::test]
async fn without_a_threshold_nobody_is_locked_out() {
    for policy in [
        json!({}),
        json!({"incorrectLoginAttemptsThresh": 0, "incorrectLoginLockoutTime": 600}),
        json!({"incorrectLoginAttemptsThresh": 3, "incorrectLoginTimeWin": 60}),
    ] {
        let (sandbox, _) = with_policy(policy.clone()).await;
        for _ in 0..20 {
            assert_eq!(token(&sandbox, "jane", "wrong").await, 400);
        }
        assert_eq!(token(&sandbox, "jane", "x").await, 200, "{policy}");
    }
}

#[tokio::test]
async fn a_lockout_survives_a_restart_and_an_export() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n", "defaultGroupPolicy": lockout()})).unwrap();
    sandbox.add_user(jane()).unwrap();
    let joe = json!({"nsCode": "n", "username": "joe", "password": "x"});
    sandbox.add_user(joe).unwrap();
    for _ in 0..3 {
        token(&sandbox, "jane", "wrong").await;
    }
    for _ in 0..2 {
        basic(&sandbox, "joe@n", "wrong").await;
    }
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let copy = copy_of(&sandbox).await;
    for sandbox in [&sandbox, &copy] {
        assert_eq!(token(sandbox, "jane", "x").await, 400);
        assert_eq!(token(sandbox, "joe", "wrong").await, 400);
        assert_eq!(token(sandbox, "joe", "x").await, 400, "the third attempt");
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn verifying_an_address_unlocks_a_user_where_the_policy_says_so() {
    for unlocks in [true, false] {
        let mut policy = lockout();
        policy["emailVerificationUnlocksUser"] = json!(unlocks);
        let (sandbox, id) = with_policy(policy).await;
        let path = format!("/user/{id}");
        api(&sandbox, "PUT", &path, json!({"locked": true})).await;
        for _ in 0..3 {
            token(&sandbox, "jane", "wrong").await;
        }
        let verify = async |path: &str, to: &str| {
            assert_eq!(api(&sandbox, "POST", path, Value::Null).await.0, 204);
            let link = sandbox.outbox().last_link(to).unwrap().to_owned();
            assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 302);
        };

        verify(&format!("{path}/sms/verify/sendLink"), "+358401").await;
        assert_eq!(sandbox.user_document(&id).unwrap()["locked"], true, "a number does not");
        verify(&format!("{path}/email/verify"), "Jane@e.fi").await;

        assert_eq!(sandbox.user_document(&id).unwrap()["locked"], !unlocks);
        let expected = if unlocks { 200 } else { 400 };
        assert_eq!(token(&sandbox, "jane", "x").await, expected, "{unlocks}");
    }
}

#[tokio::test]
async fn a_locked_user_cannot_sign_in_with_an_address_either() {
    let (sandbox, id) = with_policy(json!({"emailLoginAllowed": "ALLOWED"})).await;
    api(&sandbox, "PUT", &format!("/user/{id}"), json!({"locked": true})).await;
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 400);
    let mut rules = sandbox.rules();
    rules.locked_refused = false;
    sandbox.set_rules(rules);
    assert_eq!(token(&sandbox, "jane@e.fi", "x").await, 200);
}

#[tokio::test]
async fn a_migration_does_not_end_a_lockout() {
    let (sandbox, id) = with_policy(lockout()).await;
    let target = json!({"code": "t", "defaultGroupPolicy": lockout()});
    sandbox.add_namespace(target).unwrap();
    for _ in 0..3 {
        token(&sandbox, "jane", "wrong").await;
    }
    let body = json!({"targetNsCode": "t", "keepPassword": true, "keepUserId": true});
    let path = format!("/user/{id}/migratenamespace");
    let (status, response) = api(&sandbox, "POST", &path, body).await;
    assert_eq!(status, 200, "{response}");
    let name = sandbox.user_document(&id).unwrap()["username"].as_str().unwrap().to_owned();
    assert_eq!(token(&sandbox, &name, "x").await, 400);
    sandbox.advance_clock(Duration::from_secs(601));
    assert_eq!(token(&sandbox, &name, "x").await, 200);
}

#[tokio::test]
async fn policies_that_are_spelled_as_floats_take_effect() {
    let mut policy = lockout();
    for value in policy.as_object_mut().unwrap().values_mut() {
        *value = json!(value.as_f64().unwrap());
    }
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n", "defaultGroupPolicy": policy})).unwrap();
    sandbox.add_user(jane()).unwrap();
    for _ in 0..3 {
        token(&sandbox, "jane", "wrong").await;
    }
    assert_eq!(token(&sandbox, "jane", "x").await, 400);
}
