//! Tests of how the page for people is served.

use http::{Request, Response};
use tower::ServiceExt as _;

use super::client::text;
use super::faults::raw::exchange;
use crate::{ResponseBody, Sandbox};

async fn get(sandbox: &Sandbox, path: &str, accept: &str) -> Response<ResponseBody> {
    let request = Request::get(path).header("accept", accept).body(String::new()).unwrap();
    sandbox.service().oneshot(request).await.unwrap()
}

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_gets_the_page_and_a_program_the_list() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/sandbox", "/sandbox/"] {
        let page = get(&sandbox, path, BROWSER).await;
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers()["vary"], "accept");
        assert!(text(page).await.starts_with("<!doctype html>"));
        for accept in ["*/*", "application/json", "text/plain"] {
            let list = get(&sandbox, path, accept).await;
            assert_eq!(list.headers()["content-type"], "text/plain; charset=utf-8");
            assert_eq!(list.headers()["vary"], "accept");
            assert!(text(list).await.contains("POST   /sandbox/reset"), "{accept}");
        }
    }
}

#[tokio::test]
async fn every_file_of_the_page_is_served_with_its_type() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut open = vec![("/sandbox/".to_owned(), "text/html")];
    let mut seen = Vec::new();
    while let Some((path, content_type)) = open.pop() {
        let response = get(&sandbox, &path, if seen.is_empty() { BROWSER } else { "*/*" }).await;
        assert_eq!(response.status(), 200, "{path}");
        let given = response.headers()["content-type"].to_str().unwrap();
        assert!(given.starts_with(content_type), "{path}: {given}");
        seen.push(path);
        // What the files name, as in `"/sandbox/page/app.js"` and `from "./dom.js"`.
        let content = text(response).await;
        for name in content
            .split('"')
            .filter_map(|it| it.strip_prefix("/sandbox/page/").or_else(|| it.strip_prefix("./")))
        {
            let path = format!("/sandbox/page/{name}");
            let content_type = match name.rsplit('.').next().unwrap() {
                "css" => "text/css",
                "js" => "text/javascript",
                "svg" => "image/svg+xml",
                other => panic!("{other}"),
            };
            if !seen.contains(&path) && open.iter().all(|(other, _)| *other != path) {
                open.push((path, content_type));
            }
        }
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/page")).unwrap().count();
    assert_eq!(seen.len(), files, "{seen:?}");
    for path in ["/sandbox/page/no.js", "/sandbox/page/..%2fCargo.toml", "/sandbox/page/"] {
        assert_eq!(get(&sandbox, path, "*/*").await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_may_use_nothing_but_this_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let page = get(&sandbox, "/sandbox/", BROWSER).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let mut rules: Vec<_> = policy.split("; ").map(str::trim).collect();
    rules.sort_unstable();
    assert_eq!(
        rules,
        [
            "base-uri 'none'",
            "connect-src 'self'",
            "default-src 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "img-src 'self'",
            "require-trusted-types-for 'script'",
            "script-src 'self'",
            "style-src 'self'",
            "trusted-types 'none'",
        ],
    );
    let page = text(page).await;
    assert!(
        !page.contains("<style") && !page.contains(" style=") && !page.contains(" on"),
        "{page}"
    );
    assert_eq!(
        page.matches("<script").count(),
        page.matches("<script type=\"module\" src=").count()
    );
    assert!(!page.contains(sandbox.client_secret()));
}

#[tokio::test]
async fn the_page_is_not_cached_and_checks_the_host() {
    let sandbox = Sandbox::start().await.unwrap();
    for (target, host, expected) in [
        ("/sandbox/", "localhost", 200),
        ("/sandbox/page/app.js", "localhost", 200),
        ("/sandbox/", "evil.example", 403),
        ("/sandbox/page/app.js", "evil.example", 403),
        ("/sandbox/credentials", "evil.example", 403),
        ("/sandbox/events", "evil.example", 403),
    ] {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        );
        let received = exchange(&sandbox, request.as_bytes()).await;
        assert_eq!(received.status(), expected, "{target} {host}");
        assert_eq!(received.header("cache-control"), Some("no-store"));
        assert_eq!(received.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(received.header("cross-origin-resource-policy"), Some("same-origin"));
    }
}
