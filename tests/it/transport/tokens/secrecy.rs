//! Tokens and secrets do not occur in `Debug`, errors and logs.

use std::time::Duration;

use trivore::transport::{AccessToken, OidcClient, OidcGrant, TokenSource, TokenStore};

use super::server::{Server, answer, call};
use crate::defects::Log;

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
        answer(200, r#"{"access_token":"MARK-t","expires_in":100,"refresh_token":"MARK-r"}"#)
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
        let body =
            format!(r#"{{"error":"invalid_grant","error_description":"No: {form} MARK-secret"}}"#);
        answer(400, &body)
    });

    let error = call(&server.builder(marked()).build().unwrap()).await.unwrap_err();

    drop(guard);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    let body = error.api().unwrap().body();
    let shown = format!("{error} {error:?} {source:?} {body:?} {}", log.text());
    assert!(shown.contains(r#"could not obtain an access token reason="refused""#), "{shown}");
    assert!(shown.contains("<redacted>"), "{shown}");
    assert!(!shown.contains("MARK"), "{shown}");
}
