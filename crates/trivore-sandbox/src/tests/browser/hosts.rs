//! Tests of the `Host` header, against DNS rebinding.

use std::net::SocketAddr;

use crate::Sandbox;
use crate::tests::faults::raw::{Received, exchange};

async fn get(sandbox: &Sandbox, lines: &str) -> Received {
    exchange(sandbox, lines.replace('\n', "\r\n").as_bytes()).await
}

async fn status_for(sandbox: &Sandbox, host: &str) -> u16 {
    let request = format!("GET /sandbox/rules HTTP/1.1\nHost: {host}\nConnection: close\n\n");
    get(sandbox, &request).await.status()
}

#[tokio::test]
async fn hosts_that_are_this_machine_are_served() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.address().port();
    let own = format!("127.0.0.1:{port}");
    for host in [
        own.as_str(),
        "localhost",
        "LocalHost",
        "localhost:1",
        "localhost:",
        "localhost.",
        "localhost.:8478",
        "127.0.0.1",
        "127.0.0.1.",
        "127.255.0.3:9",
        "[::1]",
        "[::1]:8478",
        "[0:0:0:0:0:0:0:1]:8478",
        "[::ffff:127.0.0.1]",
    ] {
        assert_eq!(status_for(&sandbox, host).await, 200, "{host}");
    }
}

#[tokio::test]
async fn the_api_description_is_for_hosts_that_are_this_machine() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/api/rest/v1/openapi.json", "/apidoc"] {
        for (host, status) in [("localhost", 200), ("evil.example", 403)] {
            let request = format!("GET {path} HTTP/1.1\nHost: {host}\nConnection: close\n\n");
            assert_eq!(get(&sandbox, &request).await.status(), status, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn other_hosts_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for host in [
        "evil.example",
        "EVIL.example:8478",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8478",
        "evil.example.",
        "localhost..",
        ".localhost",
        "xlocalhost",
        "sandbox.localhost",
        "localhost:80:80",
        "localhost:x",
        "localhost:+80",
        "localhost:65536",
        "localhost@evil.example",
        "evil.example#localhost",
        "localhost, evil.example",
        "localhost evil.example",
        "192.168.0.1",
        "0.0.0.0",
        "127.0.0.01",
        "2130706433",
        "0x7f.1",
        "::1",
        "[::1",
        "[::1]x",
        "[::1]:x",
        "[::2]",
        "[::]",
        "[fe80::1%25lo]",
        "",
        ":8478",
        "\u{ff4c}ocalhost",
    ] {
        assert_eq!(status_for(&sandbox, host).await, 403, "{host:?}");
    }
}

#[tokio::test]
async fn every_path_requires_an_own_host() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/", "/health", "/sandbox/", "/api/rest/v1/user", "/openid/token", "/nowhere"] {
        let request = format!("GET {path} HTTP/1.1\nHost: evil.example\nConnection: close\n\n");
        let refused = get(&sandbox, &request).await;
        assert_eq!(refused.status(), 403, "{path}");
        let error = refused.json().unwrap();
        let message = error["errorMessage"].as_str().unwrap();
        assert!(message.contains("--allow-host"), "{message}");
        assert!(!message.contains("evil"), "{message}");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_request_has_one_host() {
    let sandbox = Sandbox::start().await.unwrap();
    for (head, expected) in [
        ("GET /sandbox/rules HTTP/1.1\n", 400),
        ("GET /sandbox/rules HTTP/1.1\nHost: localhost\nHost: localhost\n", 400),
        ("GET /sandbox/rules HTTP/1.1\nHost: localhost\nhost: evil.example\n", 400),
        ("GET /sandbox/rules HTTP/1.1\nHost: evil.example\nHost: localhost\n", 400),
        ("GET /sandbox/rules HTTP/1.0\nHost: localhost\nHost: localhost\n", 400),
        ("GET /sandbox/rules HTTP/1.0\n", 200),
        ("GET /sandbox/rules HTTP/1.0\nHost: localhost\n", 200),
        ("GET /sandbox/rules HTTP/1.0\nHost: evil.example\n", 403),
    ] {
        let received = get(&sandbox, &format!("{head}Connection: close\n\n")).await;
        assert_eq!(received.status(), expected, "{head}");
    }
}

#[tokio::test]
async fn the_host_of_an_absolute_target_counts_too() {
    let sandbox = Sandbox::start().await.unwrap();
    for (target, host, expected) in [
        ("http://localhost/sandbox/rules", "localhost", 200),
        ("http://LOCALHOST:80/sandbox/rules", "127.0.0.1", 200),
        ("http://evil.example/sandbox/rules", "localhost", 403),
        ("http://localhost/sandbox/rules", "evil.example", 403),
        ("http://localhost@evil.example/sandbox/rules", "localhost", 403),
        ("http://evil@localhost/sandbox/rules", "localhost", 403),
    ] {
        let request = format!("GET {target} HTTP/1.1\nHost: {host}\nConnection: close\n\n");
        assert_eq!(get(&sandbox, &request).await.status(), expected, "{target} {host}");
    }
}

#[tokio::test]
async fn unusual_targets_are_refused_without_harm() {
    let sandbox = Sandbox::start().await.unwrap();
    for (target, expected) in [
        ("CONNECT localhost:80", 404),
        ("CONNECT evil.example:80", 403),
        ("OPTIONS *", 404),
        ("GET //evil.example/sandbox/rules", 404),
        ("GET /%2e%2e/sandbox/rules", 404),
        ("GET /sandbox//rules", 404),
        ("GET /sandbox/snapshots/%ff", 405),
        ("GET /api/rest/v1/user/%ff", 400),
        ("M\u{e9}THODE /", 0),
        ("GET ftp://localhost/sandbox/rules", 200),
    ] {
        let request = format!("{target} HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        let status = get(&sandbox, &request).await.status();
        assert!(status == expected || status == 400 && expected == 0, "{target}: {status}");
    }
    assert_eq!(status_for(&sandbox, "localhost").await, 200);
}

#[tokio::test]
async fn a_sandbox_on_ipv6_is_reached_by_its_address() {
    let address = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, 0));
    // Not every machine has IPv6.
    let Ok(sandbox) = Sandbox::builder().listen(address).start().await else { return };
    let host = sandbox.url().strip_prefix("http://").unwrap().to_owned();

    for (host, expected) in [(host.as_str(), 200), ("[::1]", 200), ("[::2]", 403)] {
        assert_eq!(status_for(&sandbox, host).await, expected, "{host}");
    }
}

#[tokio::test]
async fn further_hosts_can_be_allowed() {
    let builder = Sandbox::builder().allow_host("Sandbox.internal").allow_host("10.1.2.3");
    let sandbox = builder.start().await.unwrap();
    for (host, expected) in [
        ("sandbox.internal", 200),
        ("SANDBOX.INTERNAL.:8478", 200),
        ("10.1.2.3:80", 200),
        ("localhost", 200),
        ("x.sandbox.internal", 403),
        ("10.1.2.4", 403),
    ] {
        assert_eq!(status_for(&sandbox, host).await, expected, "{host}");
    }
    for host in ["", "*", "*.internal", "a b", "http://a", "a:80", "[::1"] {
        let error = Sandbox::builder().allow_host(host).start().await.unwrap_err();
        assert!(error.to_string().contains("host"), "{host}: {error}");
    }
}

#[tokio::test]
async fn the_address_of_the_listener_and_of_the_connection_are_served() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let builder = Sandbox::builder().listen(everywhere).allow_remote();
    let sandbox = builder.start().await.unwrap();

    for (host, expected) in [("0.0.0.0", 200), ("127.0.0.1", 200), ("evil.example", 403)] {
        assert_eq!(status_for(&sandbox, host).await, expected, "{host}");
    }
}

#[tokio::test]
async fn an_ipv6_address_is_allowed_with_and_without_brackets() {
    for host in ["2001:db8::1", "[2001:db8::1]", "2001:DB8:0::1"] {
        let sandbox = Sandbox::builder().allow_host(host).start().await.unwrap();
        for (named, expected) in [
            ("[2001:db8::1]", 200),
            ("[2001:db8::1]:8478", 200),
            ("[2001:db8::2]", 403),
            ("2001:db8::1", 403),
        ] {
            assert_eq!(status_for(&sandbox, named).await, expected, "{host} {named}");
        }
    }
    Sandbox::builder().allow_host("::1").start().await.unwrap();
}

#[tokio::test]
async fn a_host_that_is_none_says_what_to_write() {
    for host in ["[::1]:8478", "[::1", "::1]", "fe80::1%eth0", "name:8478", "http://name", ""] {
        let error = Sandbox::builder().allow_host(host).start().await.unwrap_err();
        let expected = format!(
            "`{host}` is not a host; write a name such as trivore.test, or an IP address such as \
             192.0.2.1 or ::1, without a scheme and without a port"
        );
        assert_eq!(error.to_string(), expected);
    }
}
