//! Responses of a token endpoint.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use serde_json::Value;
use tokio::time::Instant;
use tower::ServiceExt as _;
use trivore::transport::{Body, BoxError, Call, Client, RetryPolicy};
use trivore::{Credentials, OidcClient, OidcGrant};

use super::response::{AnyResponse, run};
use super::telling;

/// Checks that calls use the token of the response or fail, without requesting tokens in a loop.
pub fn token_responses(input: &[u8]) {
    let response = AnyResponse::read(input);
    let (asked, signed) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counts = (Arc::clone(&asked), Arc::clone(&signed));
    let endpoint = response.service();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (endpoint, counts) = (endpoint.clone(), counts.clone());
        async move {
            if request.uri().path() == "/openid/token" {
                counts.0.fetch_add(1, Ordering::Relaxed);
                return endpoint.oneshot(request).await;
            }
            let value = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
            assert!(value.is_some_and(|value| value.starts_with(b"Bearer ")), "not signed");
            counts.1.fetch_add(1, Ordering::Relaxed);
            Ok::<_, BoxError>(Response::new(Full::default()))
        }
    });
    let grant = OidcGrant::client_credentials(OidcClient::new("client", "canary-secret"))
        .token_endpoint("https://id.example.com/openid/token");
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::token(grant))
        .retry(RetryPolicy::off())
        .timeout(LIMIT)
        .service(service)
        .build()
        .unwrap();

    run(async {
        for _ in 0..CALLS {
            let start = Instant::now();
            let outcome = client.execute(Call::post(&["x"])).await;
            assert!(start.elapsed() <= LIMIT, "{:?}", start.elapsed());
            let Err(error) = outcome else { continue };
            telling::check(&error);
            let told = format!("{error} {error:?}");
            assert!(!told.contains("canary-secret"), "{told}");
            assert!(error.is_authorization(), "{error}");
            assert!(!error.may_have_been_applied());
        }
    });

    let (asked, signed) = (asked.load(Ordering::Relaxed), signed.load(Ordering::Relaxed));
    assert!(signed > 0 || !is_plainly_a_token(&response), "a valid token was not used");
    if signed > 0 {
        assert_eq!((asked, signed), (1, CALLS), "the calls did not share one token");
    }
    assert!(asked <= 3 * CALLS, "{asked} token requests");
}

/// Whether the response is certainly a valid token response.
fn is_plainly_a_token(response: &AnyResponse) -> bool {
    let Ok(json) = serde_json::from_slice::<Value>(&response.body) else { return false };
    let token = json["access_token"].as_str().unwrap_or_default();
    let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_bearer = json["token_type"].is_null() || json["token_type"] == "Bearer";
    let others = ["expires_in", "refresh_token", "scope"].map(|name| &json[name]);
    let are_usual = others[0].is_null() || others[0].is_u64();
    let are_usual = are_usual && others[1..].iter().all(|it| it.is_null() || it.is_string());
    // A duplicate member makes a response ambiguous.
    let names = response.body.windows(2).filter(|pair| pair == b"\":").count();
    let is_unique = json.as_object().is_some_and(|members| members.len() == names);
    response.status.as_u16() == 200 && is_plain && is_bearer && are_usual && is_unique
}

const CALLS: usize = 3;
const LIMIT: Duration = Duration::from_secs(30);
