//! `trivore whoami`.

use serde_json::{Value, json};

use crate::Installation;
use crate::installation::{finish, without_connection};

#[test]
fn a_client_learns_what_it_can_read() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let identity = installation.json(&["whoami"]);
    assert_eq!((&identity["kind"], &identity["id"]), (&json!("client"), &Value::Null));
    assert_eq!(identity["mayReadUsers"], true);
    assert!(identity["readableUsers"].as_u64().unwrap() >= 1);

    let finished = installation.limited(&["GROUP_VIEW"], &["whoami"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let identity: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(identity["mayReadUsers"], false);
    assert_eq!(identity["missingPermission"], "ACCOUNT_VIEW");
    assert!(installation.writes().is_empty());
}

#[test]
fn a_user_is_named_with_the_permissions_in_effect() {
    let installation = Installation::start();
    let sandbox = &installation.sandbox;
    let id = installation
        .user(json!({"username": "jane", "password": "Sininen-Kuu-42", "nsCode": "sandbox"}));
    sandbox.grant_permissions(&id, ["ACCOUNT_VIEW"]).unwrap();
    let mut command = without_connection(installation.home.path(), &["whoami"]);
    command.env("TRIVORE_SERVICE_ADDRESS", sandbox.url());
    command.env("TRIVORE_OIDC_CLIENT_ID", sandbox.oidc_client_id());
    command.env("TRIVORE_OIDC_CLIENT_SECRET", sandbox.oidc_client_secret());
    command.env("TRIVORE_USERNAME", "jane").env("TRIVORE_PASSWORD", "Sininen-Kuu-42");
    let finished = finish(&mut command);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let identity: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&identity["kind"], &identity["id"]), (&json!("user"), &json!(id)));
    assert_eq!(
        (&identity["username"], &identity["namespace"]),
        (&json!("jane"), &json!("sandbox"))
    );
    assert!(identity["permissions"].as_array().unwrap().contains(&json!("ACCOUNT_VIEW")));
    assert!(!finished.stdout.contains("Sininen"));
}

#[test]
fn credentials_that_are_not_accepted_are_a_failure() {
    let installation = Installation::start();
    let mut command = installation.command(&["whoami"]);
    let finished = finish(command.env("TRIVORE_MGMTAPI_SECRET", "wrong-secret"));
    assert_eq!((finished.code, finished.stdout.as_str()), (3, ""), "{}", finished.stderr);
    assert!(!finished.stderr.contains("wrong-secret"), "{}", finished.stderr);
}
