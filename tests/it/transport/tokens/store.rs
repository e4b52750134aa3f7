//! Token stores.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, advance};
use trivore::transport::{AccessToken, OidcClient, OidcGrant, TokenSource, TokenStore};

use super::server::{Server, call, grant, response};

type Kept = Arc<Mutex<Option<AccessToken>>>;

fn store(kept: &Kept) -> TokenStore {
    let (from, to) = (Arc::clone(kept), Arc::clone(kept));
    TokenStore::new(
        move || {
            let token = from.lock().unwrap().clone();
            async move { Ok(token) }
        },
        move |token| {
            *to.lock().unwrap() = Some(token);
            async { Ok(()) }
        },
    )
}

/// Returns a server that replaces the refresh token at each use.
fn rotating() -> Server {
    let valid = Arc::new(Mutex::new("r0".to_owned()));
    Server::new(move |number, form| {
        let valid = Arc::clone(&valid);
        async move {
            let mut valid = valid.lock().unwrap();
            if !form.ends_with(&format!("refresh_token={valid}")) {
                return response(400, r#"{"error":"invalid_grant"}"#);
            }
            *valid = format!("r{number}");
            let body = format!(
                r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"{valid}"}}"#
            );
            response(200, &body)
        }
    })
}

fn refresh(store: TokenStore) -> TokenSource {
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r0");
    TokenSource::from(grant).store(store)
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_changes_outlives_its_client() {
    let (server, kept) = (rotating(), Kept::default());

    for round in 1..=4 {
        let client = server.builder(refresh(store(&kept))).build().unwrap();
        // Keep only the stored refresh token, so that the client must refresh.
        if let Some(token) = kept.lock().unwrap().as_mut() {
            token.text = "".into();
        }
        call(&client).await.unwrap();
        advance(Duration::from_secs(101)).await;
        call(&client).await.unwrap();

        assert_eq!(server.token_count(), 2 * round);
    }

    let kept = kept.lock().unwrap().clone().unwrap();
    assert_eq!(kept.refresh_token.unwrap().expose(), "r8");
    assert_eq!(kept.text.expose(), "t8");
}

#[tokio::test(start_paused = true)]
async fn a_stored_token_is_used_while_it_is_valid_and_replaced_when_rejected() {
    let server = rotating();
    server.respond_with(|signature| {
        if signature == "Bearer stored" { response(200, "null") } else { response(401, "{}") }
    });
    let stored = AccessToken::new("stored").valid_for(Duration::from_secs(3600));
    let kept = Kept::new(Mutex::new(Some(stored)));
    let client = server.builder(refresh(store(&kept))).build().unwrap();

    call(&client).await.unwrap();
    assert_eq!(server.token_count(), 0);

    server.respond_with(|signature| {
        if signature == "Bearer t1" { response(200, "null") } else { response(401, "{}") }
    });
    call(&client).await.unwrap();
    assert_eq!(server.token_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stored_refresh_token_that_is_refused_gives_way_to_the_configured_one() {
    let server = rotating();
    let mut stored = AccessToken::new("");
    stored.refresh_token = Some("old".into());
    let kept = Kept::new(Mutex::new(Some(stored)));

    call(&server.builder(refresh(store(&kept))).build().unwrap()).await.unwrap();

    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_or_hangs_harms_no_call() {
    let failing = TokenStore::new(async || Err("MARK".into()), async |_| Err("MARK".into()));
    let hanging = TokenStore::new(
        async || std::future::pending().await,
        async |_| std::future::pending().await,
    );
    for (store, limit) in [(failing, 0), (hanging, 10)] {
        let server = Server::new(async |number, _| super::server::token(number, 100));
        let source = TokenSource::from(grant()).store(store);
        let client = server.builder(source).build().unwrap();
        let start = Instant::now();

        call(&client).await.unwrap();

        assert_eq!(start.elapsed(), Duration::from_secs(limit));
        assert_eq!(server.token_count(), 1);
    }
}

#[test]
fn a_store_whose_reading_is_cut_off_is_read_again() {
    let server = rotating();
    let stored = AccessToken::new("stored").valid_for(Duration::from_secs(3600));
    let reads = Arc::new(Mutex::new(0));
    let store = TokenStore::new(
        move || {
            let (reads, stored) = (Arc::clone(&reads), stored.clone());
            async move {
                let number = {
                    let mut reads = reads.lock().unwrap();
                    *reads += 1;
                    *reads
                };
                if number == 1 {
                    std::future::pending::<()>().await;
                }
                Ok(Some(stored))
            }
        },
        async |_| Ok(()),
    );
    let client = server.builder(refresh(store)).build().unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let first = runtime();
    let cut_off = first.block_on(is_cut_off(&client));
    assert!(cut_off);
    drop(first);

    runtime().block_on(call(&client)).unwrap();

    assert_eq!(server.token_count(), 0);
    assert_eq!(server.calls()[0].headers()["authorization"], "Bearer stored");
}

/// Makes a call that is dropped after a second; returns whether it was dropped.
async fn is_cut_off(client: &trivore::transport::Client) -> bool {
    tokio::time::timeout(Duration::from_secs(1), call(client)).await.is_err()
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_harms_no_call() {
    fn panics<T>() -> T {
        panic!("no store today")
    }
    let stores = [
        // In the functions themselves, and in their futures.
        TokenStore::new(panics::<std::future::Ready<_>>, async |_| Ok(())),
        TokenStore::new(async || panics(), async |_| panics()),
        TokenStore::new(async || Ok(None), |_| panics::<std::future::Ready<_>>()),
    ];
    for store in stores {
        let server = Server::new(async |number, _| super::server::token(number, 100));
        let client = server.builder(TokenSource::from(grant()).store(store)).build().unwrap();

        for number in 1..=3 {
            call(&client).await.unwrap();
            assert_eq!(server.token_count(), number);
            advance(Duration::from_secs(101)).await;
        }
    }
}
