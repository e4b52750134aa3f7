//! Tokens and secrets do not occur in `Debug`, errors and logs.

use std::time::Duration;

use trivore::transport::{AccessToken, OidcClient, OidcGrant, TokenSource, TokenStore};

use super::server::{Server, call, response};
use crate::defects::Log;

/// The Basic header's client and secret.
const ENCODED: &str = "TUFSSy1pZDpNQVJLLXNlY3JldA==";

fn marked() -> TokenSource {
    let client = OidcClient::new("MARK-id", "MARK-secret");
    let grant = OidcGrant::password(client, "MARK-name", "MARK-password");
    let store = TokenStore::new(
        async || {
            let mut token = AccessToken::new("");
            token.refresh_token = Some("MARK-stored".into());
            assert!(!format!("{token:?}").contains("MARK"));
            Ok(Some(token))
        },
        async |_| Err("MARK-store".into()),
    );
    TokenSource::from(grant).store(store)
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_shows_when_tokens_are_had() {
    let log = Log::default();
    let guard = log.capture();
    let server = Server::new(async |_, _| {
        response(200, r#"{"access_token":"MARK-t","expires_in":100,"refresh_token":"MARK-r"}"#)
    });
    let builder = server.builder(marked());
    let mut shown = format!("{builder:?}");
    let client = builder.build().unwrap();

    for _ in 0..3 {
        call(&client).await.unwrap();
        tokio::time::advance(Duration::from_secs(101)).await;
    }
    drop(guard);
    shown = format!("{shown} {client:?} {:?} {}", marked(), log.text());
    assert!(shown.contains("obtained an access token"), "{shown}");
    assert!(shown.contains("could not save the token"), "{shown}");
    assert!(!shown.contains("MARK"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_repeats_secrets_in_its_refusal_is_not_quoted() {
    let log = Log::default();
    let guard = log.capture();
    let server = Server::new(async |_, form: String| {
        let form = form.replace(['&', '='], " ");
        let body = format!(
            r#"{{"error":"invalid_grant","error_description":"No: {form} MARK-secret Basic {ENCODED}"}}"#
        );
        response(400, &body)
    });

    let error = call(&server.builder(marked()).build().unwrap()).await.unwrap_err();

    drop(guard);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    let body = error.api().unwrap().body();
    let shown = format!("{error} {error:?} {source:?} {body:?} {}", log.text());
    assert!(shown.contains(r#"could not obtain an access token reason="refused""#), "{shown}");
    assert!(shown.contains("<redacted> Basic <redacted>"), "{shown}");
    assert!(!shown.contains("MARK") && !shown.contains(ENCODED), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn nor_is_a_server_that_repeats_a_short_secret() {
    for secret in ["x", "Ab1", "%:"] {
        let server = Server::new(async |_, form: String| {
            let body = format!(r#"{{"error":"invalid_grant","error_description":"No: {form}"}}"#);
            response(400, &body)
        });
        let grant = OidcGrant::password(OidcClient::new("id", "secret"), "MARK-name", secret);

        let error = call(&server.builder(grant).build().unwrap()).await.unwrap_err();

        let message = error.api().unwrap().message().unwrap();
        let expected = "No: grant_type=password&username=<redacted>&password=<redacted>";
        assert_eq!(message, expected, "{secret}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_code_is_read_even_if_it_holds_a_secret() {
    for body in [
        r#"{"error":"invalid_grant"}"#,
        r#"{"error":"invalid_grant","error_description":"invalid_grant"}"#,
    ] {
        let server = Server::new(async move |_, _| response(400, body));
        let grant = OidcGrant::password(OidcClient::new("id", "grant"), "MARK", "invalid_grant");
        let client = server.builder(grant).build().unwrap();

        for _ in 0..5 {
            let error = call(&client).await.unwrap_err();

            assert!(error.is_token_refused(), "{error}");
            assert_eq!(error.api().unwrap().oauth_error(), Some("invalid_grant"));
        }
        assert_eq!(server.token_count(), 1);
    }
}
