//! Runs the Rust example of the sandbox's README, against the sandbox that the argument names.

use std::sync::Mutex;

use openidconnect::reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use openidconnect::reqwest::{Client, ClientBuilder, Response, Url, redirect::Policy};

const ES256_CLIENT: &str = r#"{
    "id": "1000000000000002", "secret": "sandbox-oidc-secret",
    "redirectUri": "http://localhost:3000/callback",
    "postLogoutRedirectUris": ["http://localhost:3000/"], "idTokenSignedResponseAlg": "ES256"
}"#;

mod example {
    include!(concat!(env!("OUT_DIR"), "/example.rs"));
}

fn address() -> String {
    std::env::args().nth(1).expect("the address of a sandbox")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = ClientBuilder::new().redirect(Policy::none()).build()?;
    let cookie = Mutex::new(String::new());
    for _ in 0..2 {
        let name = example::sign_in(async |url: &Url| open(&http, &cookie, url).await).await?;
        assert_eq!(name, "operator");
        // A rotated key is found in the key set, and so is one of another algorithm.
        http.post(format!("{}/sandbox/keys/rotate", address())).send().await?.error_for_status()?;
        let client = http.post(format!("{}/sandbox/clients/oidc", address()));
        let client = client.header(CONTENT_TYPE, "application/json").body(ES256_CLIENT);
        client.send().await?.error_for_status()?;
    }
    println!("openidconnect signs in, refreshes and signs out");
    Ok(())
}

/// Opens a page, fills in its form, and returns the address to which the browser is sent.
async fn open(http: &Client, cookie: &Mutex<String>, url: &Url) -> Url {
    let known = cookie.lock().unwrap().clone();
    let page = http.get(url.clone()).header(COOKIE, &known).send().await.unwrap();
    if let Some(location) = location(&page, cookie) {
        return location;
    }
    let text = page.text().await.unwrap();
    let (_, rest) = text.split_once("name=\"page\" value=\"").expect("a sign-in page");
    let page = rest.split('"').next().unwrap_or_default();
    let form = [("page", page), ("username", "operator"), ("password", "Sandbox-Operator-9")];
    let target = url.join("/openid/sign-in").unwrap();
    // The form is encoded like a query.
    let encoded = Url::parse_with_params(target.as_str(), form).unwrap();
    let body = encoded.query().unwrap_or_default().to_owned();
    let next = http.post(target).header(COOKIE, &known).body(body).send().await.unwrap();
    location(&next, cookie).expect("a redirect")
}

/// Keeps the cookie, and returns where the browser is sent.
fn location(response: &Response, cookie: &Mutex<String>) -> Option<Url> {
    if let Some(given) = response.headers().get(SET_COOKIE) {
        let given = given.to_str().unwrap().split(';').next().unwrap_or_default();
        given.clone_into(&mut cookie.lock().unwrap());
    }
    Url::parse(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}
