//! Token endpoints that refuse to issue a token.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{advance, sleep};
use trivore::transport::{AccessToken, ApiError, OidcClient, OidcGrant, TokenSource};

use super::server::{Server, call, calls, password_grant, response, token};

#[tokio::test(start_paused = true)]
async fn a_refusal_is_readable_and_remembered_for_a_moment() {
    for (status, code) in [
        (401, "invalid_client"),
        (400, "invalid_client"),
        (400, "invalid_grant"),
        (401, "invalid_grant"),
        (400, "unauthorized_client"),
        (400, "unsupported_grant_type"),
        (400, "invalid_scope"),
        (400, "invalid_request"),
    ] {
        let server = Server::new(move |_, _| async move {
            sleep(Duration::from_millis(100)).await;
            let body = format!(r#"{{"error":"{code}","error_description":"No."}}"#);
            response(status, &body)
        });
        let client = server.builder(password_grant()).build().unwrap();

        for _ in 0..10 {
            for outcome in calls(&client, 100).await {
                let error = outcome.unwrap_err();

                assert!(error.is_token_refused() && error.is_authorization());
                assert_eq!(error.api().and_then(ApiError::oauth_error), Some(code));
                assert_eq!(error.operation().unwrap().name, "call");
                assert!(error.status().is_none() && !error.is_unauthorized());
                assert!(!error.may_have_been_applied());
            }
        }
        assert_eq!(server.token_count(), 1);
        assert_eq!(server.calls().len(), 0);

        advance(Duration::from_secs(2)).await;
        calls(&client, 100).await;
        assert_eq!(server.token_count(), 2);
    }
}

/// Bodies of error responses that are no refusal of credentials with any other status.
const BODIES: [&str; 4] =
    ["", "<html>No.</html>", r#"{"errorMessage":"No."}"#, r#"{"error":"invalid_client"}"#];

#[tokio::test(start_paused = true)]
async fn only_an_error_of_oauth_refuses_credentials() {
    let others = [302, 307, 402, 403, 404, 405, 407, 408, 410, 413, 415, 421, 422, 429, 500, 502];
    let refused = others.into_iter().flat_map(|status| BODIES.map(|body| (status, body)));
    let unclear = [400, 401].into_iter().flat_map(|status| {
        let codes = [
            r#"{"error":"server_error"}"#,
            r#"{"error":"INVALID_CLIENT"}"#,
            r#"{"error":7,"error_description":"invalid_client"}"#,
            r#"["No.","invalid_client","No."]"#,
        ];
        BODIES[..3].iter().chain(&codes).map(move |body| (status, *body)).collect::<Vec<_>>()
    });
    for (status, body) in refused.chain(unclear) {
        let server = Server::new(move |_, _| ready(response(status, body)));
        let client = server.client();

        for _ in 0..2 {
            let asked = server.token_count();
            let error = call(&client).await.unwrap_err();

            assert!(error.is_authorization() && !error.is_token_refused(), "{error} {body}");
            assert_eq!(error.api().unwrap().status(), status);
            assert!(error.status().is_none() && !error.is_not_found() && !error.is_forbidden());
            assert!(server.token_count() > asked, "{status} {body} is remembered");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_response_to_a_discovery_refuses_credentials() {
    let statuses = [302, 400, 401, 403, 404, 407, 429, 500, 200];
    for (status, body) in statuses.iter().flat_map(|status| BODIES.map(|body| (*status, body))) {
        let server = Server::new(async |number, _| token(number, 100));
        server.discover(Some((status, body)));
        let client = server.client();

        for _ in 0..2 {
            let asked = server.document_count();
            let error = call(&client).await.unwrap_err();

            assert!(error.is_authorization() && !error.is_token_refused(), "{error} {body}");
            assert!(!error.may_have_been_applied());
            assert!(server.document_count() > asked, "{status} {body} is remembered");
        }
        assert_eq!(server.token_count(), 0);

        server.discover(None);
        call(&client).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_discovery_is_told_as_one() {
    let server = Server::new(async |number, _| token(number, 100));
    server.discover(Some((404, r#"{"errorMessage":"Not found."}"#)));

    let error = call(&server.client()).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "call: could not get an access token: token.discover: \
         the server responded with 404 Not Found: Not found."
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_status_200_is_one() {
    for code in ["invalid_client", "invalid_grant", "invalid_scope"] {
        let server = Server::new(move |_, _| {
            let body = format!(r#"{{"error":"{code}","error_description":"No password."}}"#);
            ready(response(200, &body))
        });
        let client = server.builder(password_grant()).build().unwrap();

        for _ in 0..5 {
            let error = call(&client).await.unwrap_err();

            assert!(error.is_token_refused() && error.is_authorization(), "{error}");
            let api = error.api().unwrap();
            assert_eq!((api.oauth_error(), api.message()), (Some(code), Some("No <redacted>.")));
            assert!(error.to_string().contains("No <redacted>."), "{error}");
        }
        assert_eq!((server.token_count(), server.calls().len()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_with_status_200_keeps_its_words() {
    for (body, words) in [
        (r#"{"errorMessage":"down","statusCode":500}"#, "down"),
        (r#"{"error":"temporarily_unavailable"}"#, "temporarily_unavailable"),
        (r#"{"access_token":"","error":"temporarily_unavailable"}"#, "temporarily_unavailable"),
        (r#"{"access_token":null,"error_description":"Wait."}"#, "Wait."),
    ] {
        let server = Server::new(async move |_, _| response(200, body));
        let client = server.client();

        for number in 1..=2 {
            let error = call(&client).await.unwrap_err();

            assert!(error.is_authorization() && !error.is_token_refused(), "{error}");
            assert_eq!(error.api().unwrap().message(), Some(words));
            assert_eq!(server.token_count(), number);
        }
    }
    let body = r#"{"access_token":"t1","error":null,"error_description":"none"}"#;
    let server = Server::new(async move |_, _| response(200, body));
    call(&server.client()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_missing_or_given_twice_is_named() {
    for (body, words) in [
        (r#"{"MARK":1}"#, "response: expected a member `access_token`"),
        (
            r#"{"access_token":"MARK","access_token":"MARK"}"#,
            "response: expected a member `access_token` that is not repeated",
        ),
        (r#"["MARK","Bearer",3600,"MARK","MARK"]"#, "response: expected an object"),
    ] {
        let server = Server::new(async move |_, _| response(200, body));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.to_string().ends_with(words), "{error}");
        assert!(!format!("{error:?}").contains("MARK"), "{error:?}");
        assert!(server.calls().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_discovery_document_is_an_object_with_an_endpoint() {
    for (body, words) in [
        (r#"{"issuer":"https://id.example.com"}"#, "expected a member `token_endpoint`"),
        (
            r#"["https://id.example.com","https://id.example.com/openid/token"]"#,
            "expected an object",
        ),
    ] {
        let server = Server::new(async |number, _| token(number, 100));
        server.discover(Some((200, body)));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(server.token_count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_no_token_is_an_error() {
    for body in ["", "<html>", "{}", r#"{"access_token":"a b"}"#, r#"{"access_token":""}"#] {
        let server = Server::new(async move |_, _| response(200, body));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.is_authorization(), "{body}: {error}");
        assert_eq!(server.token_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_of_ones_own_is_called_once_for_all() {
    let server = Server::new(async |_, _| response(500, "{}"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let source = TokenSource::new(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            sleep(Duration::from_secs(1)).await;
            if number == 0 {
                return Err("the vault is sealed".into());
            }
            Ok(AccessToken::new("own").valid_for(Duration::from_secs(600)))
        }
    });
    let client = server.builder(source).build().unwrap();

    let sealed = calls(&client, 1000).await;
    let open = calls(&client, 1000).await;

    for outcome in sealed {
        let message = outcome.unwrap_err().to_string();
        assert_eq!(message, "call: could not get an access token: the vault is sealed");
    }
    assert!(open.iter().all(Result::is_ok));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(server.calls()[0].headers()["authorization"], "Bearer own");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_panics_is_an_error() {
    let server = Server::new(async |_, _| response(500, "{}"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let source = TokenSource::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { panic!("no token today") }
    });

    let error = call(&server.builder(source).build().unwrap()).await.unwrap_err();

    assert!(error.is_authorization(), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn credentials_that_cannot_work_are_refused_when_built() {
    let server = Server::new(async |_, _| response(500, "{}"));
    let grant = OidcGrant::client_credentials(OidcClient::public("id"));

    let error = server.builder(grant).build().unwrap_err();

    assert!(error.to_string().contains("public client"), "{error}");
}

/// Adds spaces to a body until it has this size.
fn sized(body: &str, size: usize) -> String {
    format!("{body}{}", " ".repeat(size - body.len()))
}

/// The largest response of a token endpoint that is read.
const LARGEST: usize = 256 << 10;

#[tokio::test(start_paused = true)]
async fn a_response_that_is_too_large_for_a_token_is_not_read() {
    for (size, is_read) in [(LARGEST, true), (LARGEST + 1, false), (1 << 20, false)] {
        let server =
            Server::new(move |number, _| ready(token(number, 10).map(|body| sized(&body, size))));

        let result = call(&server.client()).await;

        assert_eq!(result.is_ok(), is_read, "{size}");
        assert_eq!((server.token_count(), server.calls().len()), (1, usize::from(is_read)));
        if let Err(error) = result {
            let shown = error.to_string();
            assert!(shown.ends_with("the response is larger than 262144 bytes"), "{shown}");
            assert!(!error.may_have_been_applied() && !error.is_token_refused());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_discovery_document_that_is_too_large_is_not_read() {
    let document = r#"{"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/openid/token"}"#;
    for (size, is_read) in [(LARGEST, true), (LARGEST + 1, false)] {
        let server = Server::new(async |number, _| token(number, 10));
        server.discover(Some((200, &sized(document, size))));

        let result = call(&server.client()).await;

        assert_eq!(result.is_ok(), is_read, "{size}");
        assert_eq!(server.token_count(), usize::from(is_read));
        if let Err(error) = result {
            let shown = error.to_string();
            assert!(shown.ends_with("the response is larger than 262144 bytes"), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_is_not_sent_again_after_a_response_that_is_too_large() {
    let server = Server::new(async |number, _| {
        let body = format!(r#"{{"access_token":"t{number}","refresh_token":"r","expires_in":10}}"#);
        response(200, &if number == 2 { sized(&body, LARGEST + 1) } else { body })
    });
    let client = server.builder(password_grant()).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(60)).await;

    call(&client).await.unwrap();

    let forms = server.tokens().into_iter().map(http::Request::into_body);
    let is_refresh: Vec<_> = forms.map(|form| form.contains("grant_type=refresh_token")).collect();
    assert_eq!(is_refresh, [false, true, false]);
}

#[tokio::test(start_paused = true)]
async fn an_error_response_of_any_size_keeps_its_status() {
    for size in [LARGEST, LARGEST + 1, 4 << 20] {
        let server = Server::new(move |_, _| ready(response(418, &"x".repeat(size))));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.to_string().contains("418"), "{error}");
    }
}
