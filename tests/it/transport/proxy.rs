//! Proxies from code and from the environment.

use std::process::Command;
use std::time::Duration;

use http::Request;
use trivore::transport::{Body, BuildError, Call, Client, Connector, RetryPolicy, TlsBackend};
use trivore::{Credentials, OidcClient, OidcGrant};
use trivore_tests::{Authority, RawServer, Reply, TlsServer, TunnelProxy};

#[tokio::test]
async fn a_plain_request_goes_to_the_proxy_with_its_full_url() {
    let proxy = RawServer::start(|_, head| Reply::Json(first_line(head))).await;
    let client = Client::builder("http://id.example.com")
        .connector(Connector::new().proxy(&proxy.url()))
        .build()
        .unwrap();

    let seen: String = client.send(Call::get(&["x"])).await.unwrap();

    assert_eq!(seen, "GET http://id.example.com/x HTTP/1.1");
}

#[tokio::test]
async fn an_encrypted_request_asks_the_proxy_for_a_tunnel() {
    let proxy = RawServer::start(|_, head| {
        Reply::RawThenClose(format!("HTTP/1.1 403 {}\r\n\r\n", first_line(head)).into_bytes())
    })
    .await;
    let url = format!("http://user:pass@{}", proxy.address());
    let client = Client::builder("https://id.example.com")
        .retry(RetryPolicy::off())
        .connector(Connector::new().proxy(&url))
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_connect(), "{error}");
    assert!(!error.may_have_been_applied());
    let head = proxy.heads().remove(0).to_lowercase();
    assert!(head.starts_with("connect id.example.com:443 "), "{head}");
    assert!(head.contains("\r\nproxy-authorization: basic dxnlcjpwyxnz\r\n"), "{head}");
}

#[tokio::test]
async fn a_tunnel_that_is_refused_is_told_and_not_asked_for_again() {
    for (status, attempts) in [
        (407, 1),
        (403, 1),
        (302, 1),
        (400, 1),
        (401, 1),
        (404, 1),
        (405, 1),
        (408, 3),
        (429, 3),
        (500, 3),
        (502, 3),
        (503, 3),
        (504, 3),
    ] {
        let proxy = RawServer::start(move |_, _| {
            let head = format!("HTTP/1.1 {status} MARK\r\ncontent-length: 4\r\n\r\nMARK");
            Reply::RawThenClose(head.into_bytes())
        })
        .await;
        for backend in [TlsBackend::NativeTls, TlsBackend::Rustls] {
            let before = proxy.requests();
            let client = Client::builder("https://id.example.com")
                .retry(RetryPolicy::backoff().base_delay(Duration::from_millis(1)))
                .connector(Connector::new().proxy(&proxy.url()).tls_backend(backend))
                .build()
                .unwrap();

            let error = client.execute(Call::post(&["x"])).await.unwrap_err();

            assert!(error.is_connect() && !error.may_have_been_applied(), "{error}");
            assert_eq!(error.status(), None, "it is not the server's");
            let text = error.to_string();
            assert!(text.contains(&format!("the proxy responded with {status}")), "{text}");
            assert!(!text.contains("MARK"), "{text}");
            assert_eq!((proxy.requests() - before, error.attempts().len()), (attempts, attempts));
        }
    }
}

#[tokio::test]
async fn a_token_is_not_asked_for_again_if_the_proxy_refuses_the_tunnel() {
    let proxy = RawServer::start(|_, _| {
        Reply::RawThenClose(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".to_vec())
    })
    .await;
    let grant = OidcGrant::client_credentials(OidcClient::new("id", "secret"));
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::token(grant))
        .connector(Connector::new().proxy(&proxy.url()))
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_authorization() && error.is_connect(), "{error}");
    assert!(!error.is_token_refused(), "{error}");
    assert!(error.to_string().contains("407"), "{error}");
    assert_eq!(proxy.requests(), 1);
}

#[tokio::test]
async fn a_proxy_whose_response_is_no_http_is_an_error() {
    let long = [b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; 20 << 10]].concat();
    for response in [
        b"".to_vec(),
        b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\n\r\nearly".to_vec(),
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec(),
        b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(),
        long,
    ] {
        let proxy = RawServer::start(move |_, _| Reply::RawThenClose(response.clone())).await;
        let client = Client::builder("https://id.example.com")
            .retry(RetryPolicy::off())
            .connector(Connector::new().proxy(&proxy.url()))
            .build()
            .unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect(), "{error}");
        assert!(error.to_string().contains("the proxy"), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_never_ends_its_response_is_an_error() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let many = b"x: y\r\n".repeat(200);
    for (start, again) in [
        (b"".to_vec(), interim),
        (b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".to_vec()),
        (b"HTTP/1.1 200 ".to_vec(), b"OK".to_vec()),
        ([b"HTTP/1.1 200 OK\r\n".to_vec(), many].concat(), b"\r\n".to_vec()),
    ] {
        let proxy =
            RawServer::start(move |_, _| Reply::Endless(start.clone(), again.clone())).await;
        let client = Client::builder("https://id.example.com")
            .attempt_timeout(Duration::from_secs(3))
            .connector(Connector::new().proxy(&proxy.url()))
            .build()
            .unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect() && !error.is_timeout(), "{error}");
        assert!(error.to_string().contains("the proxy's response is too large"), "{error}");
        assert_eq!(proxy.requests(), 1);
    }
}

#[tokio::test]
async fn a_proxys_response_may_arrive_byte_by_byte() {
    let response = b"HTTP/1.1 102 X\r\n\r\nHTTP/1.1 403 X\r\nx: y\r\n\r\n".to_vec();
    let proxy = RawServer::start(move |_, _| Reply::Drip(response.clone(), Duration::ZERO)).await;
    let client = Client::builder("https://id.example.com")
        .connector(Connector::new().proxy(&proxy.url()))
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.to_string().contains("the proxy responded with 403"), "{error}");
}

#[tokio::test]
async fn a_call_goes_through_a_tunnel() {
    let authority = Authority::new();
    let server = TlsServer::start_with(&authority.issue(&["id.example.com"], |_| {})).await;
    for response in [
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n",
        "HTTP/1.1 204 X\r\n\r\n",
        "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 X\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let proxy = TunnelProxy::start(response.as_bytes(), server.port()).await;
        for backend in [TlsBackend::NativeTls, TlsBackend::Rustls] {
            let connector = Connector::new()
                .proxy(&proxy.url())
                .tls_backend(backend)
                .add_root_certificate(authority.der());
            let client =
                Client::builder("https://id.example.com:8443").connector(connector).build();

            let version: String = client.unwrap().send(Call::get(&["x"])).await.unwrap();

            assert_eq!(version, "HTTP/2.0", "{backend:?} {response}");
        }
        let expected = "CONNECT id.example.com:8443 HTTP/1.1\r\nHost: id.example.com:8443\r\n\r\n";
        assert_eq!(proxy.heads(), [expected, expected]);
    }
}

#[tokio::test]
async fn what_can_never_be_connected_to_is_tried_once() {
    for url in ["ftp://id.example.com/x", "ws://127.0.0.1:1/x", "/x"] {
        let elsewhere = tower::util::MapRequestLayer::new(move |mut request: Request<Body>| {
            *request.uri_mut() = url.parse().unwrap();
            request
        });
        let client =
            Client::builder("http://127.0.0.1:1").transport_layer(elsewhere).build().unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect() && !error.may_have_been_applied(), "{url}: {error}");
        assert_eq!(error.attempts().len(), 1, "{url}: {error}");
    }
}

#[tokio::test]
async fn this_machine_is_reached_without_the_proxy() {
    let server = RawServer::start(|_, _| Reply::Json("1".to_owned())).await;
    let client = Client::builder(&server.url())
        .connector(Connector::new().proxy("http://127.0.0.1:1"))
        .build()
        .unwrap();

    assert_eq!(client.send::<u8>(Call::get(&["x"])).await.unwrap(), 1);
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_and_not_passed_over() {
    for url in [
        "",
        "::",
        "ftp://proxy.example.com",
        "socks5://proxy.example.com:1080",
        "https://proxy.example.com:3128",
        "http://user:MA#RK@proxy.example.com",
        "http://user:12/MARK@proxy.example.com",
        "http://proxy.example.com:99999",
        "http://proxy.example.com:abc",
    ] {
        let connector = Connector::new().proxy(url);

        let built = Client::builder("https://id.example.com").connector(connector).build();

        let error = built.unwrap_err();
        assert!(matches!(error, BuildError::InvalidProxy), "{url}");
        assert!(!format!("{error} {error:?}").contains("MARK"), "{error}");
    }
}

/// Each malformed variable in a process of its own.
#[test]
fn a_malformed_variable_is_named_when_building() {
    if let Ok(name) = std::env::var("PROXY_VARIABLE_TEST") {
        let error = Client::builder("https://id.example.com").build().map(drop).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(&name) && !shown.contains("MARK"), "{shown}");
        let direct = Connector::new().no_proxy();
        assert!(Client::builder("https://id.example.com").connector(direct).build().is_ok());
        return;
    }
    for (name, value) in [
        ("HTTPS_PROXY", "http://user:MA#RK@127.0.0.1:1"),
        ("https_proxy", "http://127.0.0.1:99999"),
        ("HTTP_PROXY", "http://127.0.0.1:abc"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("NO_PROXY", "10.0.0.0/99"),
    ] {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["transport::proxy::a_malformed_variable_is_named_when_building", "--exact"]);
        for variable in VARIABLES {
            again.env_remove(variable);
        }

        let child = again.env("PROXY_VARIABLE_TEST", name).env(name, value).output().unwrap();

        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    }
}

/// Runs itself again with `HTTP_PROXY`, because a process cannot safely change its environment.
#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_environment_is_used() {
    if std::env::var_os("HTTP_PROXY_TEST").is_some() {
        let client = Client::builder("http://id.example.com").build().unwrap();
        let seen: String = client.send(Call::get(&["x"])).await.unwrap();
        assert_eq!(seen, "GET http://id.example.com/x HTTP/1.1");
        return;
    }
    let proxy = RawServer::start(|_, head| Reply::Json(first_line(head))).await;
    let mut again = Command::new(std::env::current_exe().unwrap());
    again
        .args(["transport::proxy::the_proxy_of_the_environment_is_used", "--exact"])
        .env("HTTP_PROXY_TEST", "1")
        .env("HTTP_PROXY", proxy.url())
        .env_remove("http_proxy")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("REQUEST_METHOD");

    let child = tokio::task::spawn_blocking(move || again.output()).await.unwrap().unwrap();

    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!(proxy.requests(), 1);
}

fn first_line(head: &str) -> String {
    format!("\"{}\"", head.lines().next().unwrap_or_default())
}

const VARIABLES: [&str; 9] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "REQUEST_METHOD",
];
