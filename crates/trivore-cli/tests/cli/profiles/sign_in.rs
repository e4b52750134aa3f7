//! The kinds of credentials.

use serde_json::{Value, json};

use super::profile_home::ProfileHome;

#[test]
fn an_oidc_client_signs_in() {
    let home =
        ProfileHome::with_profile("oidc-client-id = \"1000000000000002\"\nsecret-env = \"S\"");
    let mut command = home.command(&["whoami"]);
    command.env("S", home.0.sandbox.oidc_client_secret());
    let finished = crate::installation::finish(&mut command);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let identity: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(identity["kind"], "client");
}

#[test]
fn a_user_signs_in_and_an_access_token_is_used() {
    let home = ProfileHome::with_profile(
        "oidc-client-id = \"1000000000000002\"\nsecret-file = \"~/secret\"\n\
         username = \"jane\"\npassword-file = \"../../password\"",
    );
    let user = json!({"username": "jane", "password": "Sininen-Kuu-42", "nsCode": "sandbox"});
    let id = home.0.user(user);
    home.0.sandbox.grant_permissions(&id, ["ACCOUNT_VIEW"]).unwrap();
    home.write_secret("secret", home.0.sandbox.oidc_client_secret());
    home.write_secret("password", "Sininen-Kuu-42\n");
    let identity = |finished: crate::installation::Finished| {
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
        let identity: Value = serde_json::from_str(&finished.stdout).unwrap();
        identity["id"].clone()
    };
    assert_eq!(identity(home.run(&["whoami"])), json!(id));

    let requests = home.0.sandbox.requests();
    let header = &requests.last().unwrap().headers[http::header::AUTHORIZATION];
    let token = header.to_str().unwrap().strip_prefix("Bearer ").unwrap();
    home.write_secret("token", token);
    let url = home.0.sandbox.url();
    home.write_config(&format!("[profile.t]\naddress = \"{url}\"\ntoken-file = \"~/token\"\n"));
    assert_eq!(identity(home.run(&["whoami", "-p", "t"])), json!(id));

    home.0.sandbox.revoke_tokens();
    assert_eq!(home.run(&["whoami", "-p", "t"]).code, 3);
}

#[test]
fn plain_http_to_another_machine_is_refused_unless_it_is_allowed() {
    for (allowed, code, expected) in [("false", 3, "allow-plain-http"), ("true", 7, "")] {
        let home = ProfileHome::start();
        // The name is reserved: nothing is found there.
        home.write_config(&format!(
            "default-profile = \"p\"\n[profile.p]\naddress = \"http://host.invalid\"\n\
             client-id = \"1\"\nsecret-file = \"~/secret\"\nallow-plain-http = {allowed}\n"
        ));
        home.write_secret("secret", "MARK");
        let finished = home.run(&["users", "list"]);
        assert_eq!(finished.code, code, "{finished:?}");
        assert!(finished.stderr.contains(expected), "{finished:?}");
        assert!(!finished.stderr.contains("MARK"), "{finished:?}");
    }
}
