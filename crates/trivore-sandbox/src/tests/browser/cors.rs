//! Tests of front ends that may use the API from another origin.

use crate::tests::faults::raw::{Received, exchange};
use crate::{Fault, Sandbox};

const FRONT_END: &str = "http://localhost:3000";

async fn sandbox() -> Sandbox {
    Sandbox::builder().cors(FRONT_END).cors("https://App.example").start().await.unwrap()
}

async fn send(sandbox: &Sandbox, target: &str, origin: &str, lines: &str) -> Received {
    let lines = lines.replace('\n', "\r\n");
    let request = format!(
        "{target} HTTP/1.1\r\nHost: localhost:8478\r\nOrigin: {origin}\r\n{lines}Connection: \
         close\r\nContent-Length: 0\r\n\r\n"
    );
    exchange(sandbox, request.as_bytes()).await
}

const ASKS: &str = "Access-Control-Request-Method: POST\nAccess-Control-Request-Headers: \
                    authorization,content-type\n";

#[tokio::test]
async fn an_allowed_origin_may_call_the_api() {
    let sandbox = sandbox().await;
    for (target, expected) in [
        ("GET /api/rest/v1/user", 401),
        ("POST /api/rest/v1/user", 401),
        ("GET /api/rest/v1/nowhere", 404),
        ("POST /openid/token", 401),
        ("GET /openid/userinfo", 401),
        ("GET /.well-known/openid-configuration", 200),
    ] {
        let received = send(&sandbox, target, FRONT_END, "").await;
        assert_eq!(received.status(), expected, "{target}");
        assert_eq!(received.header("access-control-allow-origin"), Some(FRONT_END), "{target}");
        assert_eq!(received.header("access-control-allow-credentials"), None);
        assert!(received.header("vary").unwrap().contains("origin"));
        let exposed = received.header("access-control-expose-headers").unwrap();
        assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"), "{exposed}");

        let preflight = target.replace("GET ", "OPTIONS ").replace("POST ", "OPTIONS ");
        let preflight = send(&sandbox, &preflight, FRONT_END, ASKS).await;
        assert_eq!(preflight.status(), 204, "{target}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some(FRONT_END));
        let methods = preflight.header("access-control-allow-methods").unwrap();
        assert!(methods.contains("delete") && methods.contains("put"), "{methods}");
        let headers = preflight.header("access-control-allow-headers");
        assert_eq!(headers, Some("authorization,content-type"));
    }
    assert_eq!(sandbox.requests().len(), 6, "preflights are not recorded");
}

#[tokio::test]
async fn origins_compare_as_browsers_send_them() {
    let sandbox = sandbox().await;
    let received = send(&sandbox, "GET /api/rest/v1/user", "https://app.example", "").await;
    assert_eq!(received.header("access-control-allow-origin"), Some("https://app.example"));
}

#[tokio::test]
async fn other_origins_get_no_preflight() {
    let sandbox = sandbox().await;
    for origin in ["http://evil.example", "null", "http://localhost:3001", "https://localhost:3000"]
    {
        let refused = send(&sandbox, "OPTIONS /api/rest/v1/user", origin, ASKS).await;
        assert_eq!(refused.status(), 403, "{origin}");
        assert_eq!(refused.header("access-control-allow-origin"), None);
        let read = send(&sandbox, "GET /api/rest/v1/user", origin, "").await;
        assert_eq!(read.header("access-control-allow-origin"), None);
        assert_eq!(send(&sandbox, "POST /api/rest/v1/user", origin, "").await.status(), 403);
    }
    let closed = Sandbox::start().await.unwrap();
    let refused = send(&closed, "OPTIONS /api/rest/v1/user", FRONT_END, ASKS).await;
    assert_eq!(refused.status(), 403);
}

#[tokio::test]
async fn no_front_end_may_use_the_control_endpoints() {
    let sandbox = sandbox().await;
    for target in ["OPTIONS /sandbox/faults", "DELETE /sandbox/faults", "POST /sandbox/reset"] {
        let refused = send(&sandbox, target, FRONT_END, ASKS).await;
        assert_eq!(refused.status(), 403, "{target}");
        assert_eq!(refused.header("access-control-allow-origin"), None);
    }
    let read = send(&sandbox, "GET /sandbox/requests", FRONT_END, "").await;
    assert_eq!(read.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_front_end_can_read_injected_errors() {
    let sandbox = sandbox().await;
    sandbox.inject(Fault::status(503).header("retry-after", "1")).unwrap();
    let preflight = send(&sandbox, "OPTIONS /api/rest/v1/user", FRONT_END, ASKS).await;
    assert_eq!(preflight.status(), 204);
    let received = send(&sandbox, "GET /api/rest/v1/user", FRONT_END, "").await;
    assert_eq!(received.status(), 503);
    assert_eq!(received.header("access-control-allow-origin"), Some(FRONT_END));
}

#[tokio::test]
async fn an_origin_is_a_scheme_a_host_and_a_port() {
    for origin in [
        "*",
        "null",
        "",
        "localhost:3000",
        "http://",
        "http://*",
        "http://*.example",
        "http://a/",
        "http://a/b",
        "http://a?b",
        "http://user@a",
        "http://a:x",
        "ftp://a",
        "http://a b",
    ] {
        let error = Sandbox::builder().cors(origin).start().await.unwrap_err();
        assert!(error.to_string().contains("origin"), "{origin}: {error}");
    }
}
