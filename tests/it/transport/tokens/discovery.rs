//! Discovery of the token endpoint, and the form of token requests.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Request;
use tokio::time::advance;
use trivore::Credentials;
use trivore::transport::{Body, BoxError, Client, ClientEvent, Observer, OidcClient, OidcGrant};

use super::server::{Server, call, grant, password_grant, response, token};

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
async fn a_document_is_below_the_path_of_its_address_and_nowhere_else() {
    for (base, issuer, expected) in [
        ("https://id.example.com", None, "https://id.example.com/"),
        ("https://id.example.com/", None, "https://id.example.com/"),
        ("https://id.example.com/tis", None, "https://id.example.com/tis/"),
        ("https://id.example.com/a/tis/", None, "https://id.example.com/a/tis/"),
        (
            "https://id.example.com/tis",
            Some("https://login.example.com/realms/x"),
            "https://login.example.com/realms/x/",
        ),
        ("https://id.example.com/tis", Some("https://id.example.com"), "https://id.example.com/"),
    ] {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&seen);
        let service = tower::service_fn(move |request: Request<Body>| {
            let uri = request.uri().to_string();
            let found = uri == format!("{expected}.well-known/openid-configuration");
            noted.lock().unwrap().push(uri);
            let root = expected.split('/').take(3).collect::<Vec<_>>().join("/");
            let body = format!(r#"{{"token_endpoint":"{root}/openid/token"}}"#);
            let response = if found { response(200, &body) } else { response(404, "") };
            ready(Ok::<_, BoxError>(response))
        });
        let grant = issuer.map_or_else(grant, |issuer| grant().issuer(issuer));
        let client = Client::builder(base).credentials(Credentials::token(grant)).service(service);

        call(&client.build().unwrap()).await.unwrap_err();

        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], format!("{expected}.well-known/openid-configuration"));
        assert!(seen[1].ends_with(".example.com/openid/token"), "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_outside_of_the_path_is_not_read() {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&seen);
    let service = tower::service_fn(move |request: Request<Body>| {
        noted.lock().unwrap().push(request.uri().path().to_owned());
        // What the document at the root names is another tenant's.
        let body = r#"{"token_endpoint":"https://id.example.com/other/token"}"#;
        let is_root = request.uri().path() == "/.well-known/openid-configuration";
        ready(Ok::<_, BoxError>(if is_root { response(200, body) } else { response(404, "") }))
    });
    let credentials = Credentials::token(grant());
    let builder = Client::builder("https://id.example.com/tis").credentials(credentials);

    let error = call(&builder.service(service).build().unwrap()).await.unwrap_err();

    assert!(error.is_authorization(), "{error}");
    assert_eq!(*seen.lock().unwrap(), ["/tis/.well-known/openid-configuration"]);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_redirects_is_looked_for_again_and_the_redirect_not_followed() {
    for status in [301, 307, 308] {
        let server = Server::new(move |number, _| async move {
            if number == 1 {
                return token(1, 10);
            }
            let mut moved = response(status, "");
            let elsewhere = "https://evil.example.com/token".parse().unwrap();
            moved.headers_mut().insert("location", elsewhere);
            moved
        });
        let client = server.client();
        call(&client).await.unwrap();
        advance(Duration::from_secs(11)).await;

        let error = call(&client).await.unwrap_err();

        assert_eq!(error.api().unwrap().status(), status);
        assert_eq!((server.document_count(), server.token_count()), (2, 2), "{status}");
    }
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
        _ => response(400, r#"{"error":"invalid_client"}"#),
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
                _ => response(status, r#"{"errorMessage":"Gone."}"#),
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
        // "a:b" and "%41 :+", as the vendor's SDK sends them, and as RFC 6749 says.
        (
            OidcGrant::client_credentials(OidcClient::new("a:b", "%41 :+")),
            Some("Basic YTpiOiU0MSA6Kw=="),
            "grant_type=client_credentials",
        ),
        (
            OidcGrant::client_credentials(OidcClient::new("a:b", "%41 :+").form_encoded()),
            Some("Basic YSUzQWI6JTI1NDErJTNBJTJC"),
            "grant_type=client_credentials",
        ),
        (
            OidcGrant::client_credentials(
                OidcClient::new("a:b", "%41 :+").form_encoded().in_form(),
            ),
            None,
            "grant_type=client_credentials&client_id=a%3Ab&client_secret=%2541+%3A%2B",
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
        response(200, r#"{"access_token":"t","expires_in":10,"refresh_token":"r"}"#)
    });
    let names = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&names);
    let observer = Observer::new(move |event| {
        if let ClientEvent::AttemptEnded { operation, .. } = event {
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
