//! Proxies from code and from the environment.

use std::process::Command;

use trivore::transport::{BuildError, Call, Client, Connector, RetryPolicy};
use trivore_tests::{RawServer, Reply};

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
    for url in ["", "::", "ftp://proxy.example.com", "socks5://proxy.example.com:1080"] {
        let connector = Connector::new().proxy(url);

        let built = Client::builder("https://id.example.com").connector(connector).build();

        assert!(matches!(built.unwrap_err(), BuildError::InvalidProxy), "{url}");
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
