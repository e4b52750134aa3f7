//! Sign-in to the sandbox over HTTP.

use serde_json::json;
use trivore::transport::{ApiError, OidcClient, OidcGrant, TokenSource};
use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

fn oidc_client(sandbox: &Sandbox) -> OidcClient {
    OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret())
}

fn password(sandbox: &Sandbox) -> OidcGrant {
    OidcGrant::password(oidc_client(sandbox), sandbox.username(), sandbox.password())
}

fn trivore(sandbox: &Sandbox, source: impl Into<TokenSource>) -> Trivore {
    let builder = Trivore::builder(sandbox.url());
    builder.credentials(Credentials::token(source)).build().unwrap()
}

/// Returns the number of requests to this path.
fn count(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests().iter().filter(|request| request.path == path).count()
}

#[tokio::test]
async fn client_and_user_sign_in_and_go_on_when_tokens_expire() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"username": "jane", "nsCode": "sandbox"})).unwrap();
    for grant in [
        OidcGrant::client_credentials(oidc_client(&sandbox)),
        OidcGrant::client_credentials(oidc_client(&sandbox).in_form()),
        password(&sandbox),
        password(&sandbox).scopes(&["openid", "offline_access"]),
    ] {
        sandbox.clear_requests();
        let trivore = trivore(&sandbox, grant);

        for round in 1..=3 {
            let user = trivore.users().get(&id.as_str().into()).await.unwrap();
            trivore.users().get(&id.as_str().into()).await.unwrap();

            assert_eq!(user.username.as_deref(), Some("jane"));
            assert_eq!(count(&sandbox, "/openid/token"), round);
            sandbox.expire_tokens();
        }
        assert_eq!(count(&sandbox, "/.well-known/openid-configuration"), 1);
    }
}

#[tokio::test]
async fn many_calls_share_the_sign_in_before_and_after_tokens_expire() {
    let sandbox = Sandbox::start().await.unwrap();
    let trivore = trivore(&sandbox, password(&sandbox));

    for round in 1..=3 {
        let users = trivore.users();
        let page = trivore::models::PageRequest::new();
        let lists = (0..50).map(|_| users.list(&page));

        let lists = futures_util::future::join_all(lists).await;

        assert!(lists.iter().all(Result::is_ok));
        assert_eq!(count(&sandbox, "/openid/token"), round);
        sandbox.expire_tokens();
    }
}

#[tokio::test]
async fn a_wrong_password_or_client_is_told_in_the_servers_words() {
    let sandbox = Sandbox::start().await.unwrap();
    let name = sandbox.username();
    for (grant, code, message) in [
        (
            OidcGrant::password(oidc_client(&sandbox), name, "MARK"),
            "invalid_grant",
            "users.get: could not get an access token: the server responded with 400 Bad Request: \
             username or password is wrong",
        ),
        (
            OidcGrant::client_credentials(OidcClient::new("MARK", "MARK")),
            "invalid_client",
            "users.get: could not get an access token: the server responded with 401 Unauthorized: \
             client id or secret is wrong",
        ),
    ] {
        let trivore = trivore(&sandbox, grant);

        let error = trivore.users().get(&"1".into()).await.unwrap_err();

        assert!(error.is_token_refused());
        assert_eq!(error.api().and_then(ApiError::oauth_error), Some(code));
        assert_eq!(error.to_string(), message);
        assert!(!format!("{error:?} {trivore:?}").contains("MARK"));
    }
}

#[tokio::test]
async fn a_client_of_any_characters_signs_in_when_it_is_encoded() {
    let sandbox = Sandbox::start().await.unwrap();
    let (id, secret) = ("my:app", "100%25 s:+\u{e4}");
    sandbox.create_oidc_client(trivore_sandbox::OidcClient::new(id, secret));
    let client = || OidcClient::new(id, secret);
    let page = trivore::models::PageRequest::new();
    for (client, signs_in) in [
        (client(), false),
        (client().form_encoded(), true),
        (client().in_form(), true),
        (client().in_form().form_encoded(), true),
    ] {
        let grant = OidcGrant::password(client, sandbox.username(), sandbox.password());

        let outcome = trivore(&sandbox, grant).users().list(&page).await;

        match outcome {
            Ok(_) => assert!(signs_in),
            Err(error) => assert!(!signs_in && error.is_token_refused(), "{error}"),
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_a_query_or_goes_where_it_does_not_belong() {
    let sandbox = Sandbox::start().await.unwrap();
    let trivore = trivore(&sandbox, password(&sandbox));

    trivore.users().list(&trivore::models::PageRequest::new()).await.unwrap();

    for request in sandbox.requests() {
        let head = format!("{} {:?}", request.path, request.query);
        for secret in [sandbox.oidc_client_secret(), sandbox.username(), sandbox.password()] {
            assert!(!head.contains(secret), "{head}");
            let is_token_request = request.path == "/openid/token";
            let body = String::from_utf8_lossy(&request.body);
            assert!(is_token_request || !body.contains(secret));
        }
    }
}

#[tokio::test]
async fn a_public_client_and_a_refresh_token_sign_in() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.create_oidc_client(trivore_sandbox::OidcClient::public("public"));
    let public = OidcClient::public("public");
    let (name, password) = (sandbox.username(), sandbox.password());
    let grant = OidcGrant::password(public.clone(), name, password);
    let kept = std::sync::Arc::<std::sync::Mutex<Option<_>>>::default();
    let keeps = std::sync::Arc::clone(&kept);
    let store = trivore::transport::TokenStore::new(
        async || Ok(None),
        move |token| {
            *keeps.lock().unwrap() = token.refresh_token;
            async { Ok(()) }
        },
    );
    let page = trivore::models::PageRequest::new();

    let first = trivore(&sandbox, TokenSource::from(grant).store(store));
    first.users().list(&page).await.unwrap();
    let refresh_token = kept.lock().unwrap().take().unwrap();
    let second = trivore(&sandbox, OidcGrant::refresh_token(public, refresh_token.expose()));

    for _ in 0..3 {
        second.users().list(&page).await.unwrap();
        sandbox.expire_tokens();
    }
}
