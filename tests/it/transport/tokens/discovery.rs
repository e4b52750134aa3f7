//! Discovery of the token endpoint, and the form of token requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::advance;
use trivore::transport::{Event, Observer, OidcClient, OidcGrant};

use super::server::{Server, answer, call, grant, password_grant, token};

#[tokio::test(start_paused = true)]
async fn the_endpoint_is_discovered_once_at_the_services_own_origin() {
    let server = Server::new(async |number, _| token(number, 10));
    let client = server.builder(grant()).user_agent("billing/1.4").build().unwrap();

    for _ in 0..5 {
        call(&client).await.unwrap();
        advance(Duration::from_secs(11)).await;
    }

    assert_eq!((server.document_count(), server.token_count()), (1, 5));
    let request = server.tokens().pop().unwrap();
    assert_eq!(request.uri(), "https://id.example.com/openid/token");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.headers()["accept"], "application/json");
    assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("billing/1.4 "));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_has_moved_is_found_again() {
    let server = Server::new(async |number, _| token(number, 10));
    let client = server.client();
    call(&client).await.unwrap();
    advance(Duration::from_secs(11)).await;

    server.move_endpoint("/openid/v2/token");
    call(&client).await.unwrap();

    assert_eq!((server.document_count(), server.token_count()), (2, 2));
    assert_eq!(server.tokens()[1].uri(), "https://id.example.com/openid/v2/token");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_refuses_is_the_right_one() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 10),
        _ => answer(400, r#"{"error":"invalid_client"}"#),
    });
    let client = server.client();
    call(&client).await.unwrap();
    advance(Duration::from_secs(11)).await;

    assert!(call(&client).await.unwrap_err().is_token_refused());

    assert_eq!((server.document_count(), server.token_count()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_gone_is_an_error() {
    for status in [404, 405, 410] {
        let server = Server::new(move |number, _| async move {
            match number {
                1 => token(1, 10),
                _ => answer(status, r#"{"errorMessage":"Gone."}"#),
            }
        });
        let client = server.client();
        call(&client).await.unwrap();
        advance(Duration::from_secs(11)).await;

        let error = call(&client).await.unwrap_err();

        assert_eq!(error.api().unwrap().message(), Some("Gone."));
        assert_eq!((server.document_count(), server.token_count()), (2, 2), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn secrets_travel_in_the_header_or_in_the_body_and_never_in_the_query() {
    let in_form = OidcClient::new("id", "secret").in_form();
    for (grant, signature, form) in [
        (
            password_grant().scopes(&["a", "b"]),
            Some("Basic aWQ6c2VjcmV0"),
            "grant_type=password&username=jane&password=password&scope=a+b",
        ),
        (
            OidcGrant::client_credentials(in_form),
            None,
            "grant_type=client_credentials&client_id=id&client_secret=secret",
        ),
        (
            OidcGrant::password(OidcClient::public("id"), "jane", "x y"),
            None,
            "grant_type=password&username=jane&password=x+y&client_id=id",
        ),
        (
            OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r0"),
            Some("Basic aWQ6c2VjcmV0"),
            "grant_type=refresh_token&refresh_token=r0",
        ),
    ] {
        let server = Server::new(async |number, _| token(number, 100));

        call(&server.builder(grant).build().unwrap()).await.unwrap();

        let request = server.tokens().pop().unwrap();
        let sent = request.headers().get("authorization").map(|value| value.to_str().unwrap());
        assert_eq!((sent, request.body().as_str()), (signature, form));
        assert_eq!((request.method().as_str(), request.uri().query()), ("POST", None));
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_go_to_another_address_only_where_that_is_allowed() {
    const ELSEWHERE: &str = "https://login.example.com";
    let server = || Server::at(ELSEWHERE, async |number, _| token(number, 100));

    for address in [
        ELSEWHERE,
        "http://id.example.com",
        "https://id.example.com:8443",
        "https://id.example.com.evil.example",
        "https://evil@id.example.com",
        "nowhere",
    ] {
        let server = Server::at(address, async |number, _| token(number, 100));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.is_configuration() && error.is_authorization(), "{address}: {error}");
        assert_eq!(server.token_count(), 0, "{address}");
    }
    for allowed in [
        grant().issuer(ELSEWHERE),
        grant().token_endpoint("https://login.example.com/openid/token"),
    ] {
        let server = server();

        call(&server.builder(allowed).build().unwrap()).await.unwrap();

        assert_eq!(server.tokens()[0].uri(), "https://login.example.com/openid/token");
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_travel_encrypted_or_by_permission() {
    const PLAIN: &str = "http://login.example.com/openid/token";
    let server = Server::new(async |number, _| token(number, 100));
    let refused = server.builder(grant().token_endpoint(PLAIN)).build().unwrap();
    let issuer = server.builder(grant().issuer("http://login.example.com")).build().unwrap();

    for client in [refused, issuer] {
        let error = call(&client).await.unwrap_err();

        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains("over plain http"), "{error}");
    }
    assert_eq!((server.document_count(), server.token_count()), (0, 0));

    let loopback = grant().token_endpoint("http://127.0.0.1:1/openid/token");
    call(&server.builder(loopback).build().unwrap()).await.unwrap();
    let allowed = server.builder(grant().token_endpoint(PLAIN)).allow_plain_http();
    call(&allowed.build().unwrap()).await.unwrap();
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn token_requests_have_names_of_their_own() {
    let server = Server::new(async |_, _| {
        answer(200, r#"{"access_token":"t","expires_in":10,"refresh_token":"r"}"#)
    });
    let names = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&names);
    let observer = Observer::new(move |event| {
        if let Event::AttemptEnded { operation, .. } = event {
            noted.lock().unwrap().push(operation.name);
        }
    });
    let client = server.builder(password_grant()).observer(observer).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(11)).await;
    call(&client).await.unwrap();

    let names = names.lock().unwrap();
    assert_eq!(*names, ["token.discover", "token.issue", "call", "token.refresh", "call"]);
}
