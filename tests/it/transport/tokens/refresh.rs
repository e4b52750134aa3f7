//! Refresh tokens: each is used only once if possible, and none is lost.

use std::future::ready;
use std::time::Duration;

use tokio::time::{advance, sleep};
use trivore::transport::{AccessToken, OidcClient, OidcGrant, TokenSource, TokenStore};

use super::server::{Server, call, calls, password_grant, response, token};
use super::storm::STORM;

/// Returns a server that rotates refresh tokens, so that it accepts each one once.
fn rotating() -> Server {
    Server::new(async |number, form: String| {
        let expected = match number {
            1 => "grant_type=password&username=jane&password=password".to_owned(),
            _ => format!("grant_type=refresh_token&refresh_token=r{}", number - 1),
        };
        sleep(Duration::from_secs(1)).await;
        if form != expected {
            return response(400, r#"{"error":"invalid_grant"}"#);
        }
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":"100","refresh_token":"r{number}"}}"#
        );
        response(200, &body)
    })
}

#[tokio::test(start_paused = true)]
async fn storms_use_each_refresh_token_once() {
    let server = rotating();
    let client = server.builder(password_grant()).build().unwrap();

    for round in 1..=5 {
        let outcomes = calls(&client, STORM).await;

        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(server.token_count(), round);
        advance(Duration::from_secs(101)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_refresh_token_falls_back_on_the_password() {
    let server = Server::new(async |number, form: String| {
        if form.contains("grant_type=refresh_token") {
            return response(400, r#"{"error":"invalid_grant"}"#);
        }
        let body =
            format!(r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r"}}"#);
        response(200, &body)
    });
    let client = server.builder(password_grant()).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    assert_eq!(server.token_count(), 3, "password, refresh, password");
}

/// Returns a server that fails with 502 if `r1`, the first refresh token, is used, so that the
/// outcome is unknown.
fn breaking_off() -> Server {
    Server::new(async |number, form: String| {
        if form.ends_with("refresh_token=r1") {
            return response(502, "{}");
        }
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r{number}"}}"#
        );
        response(200, &body)
    })
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_of_unknown_fate_is_not_used_again_where_there_is_a_password() {
    let server = breaking_off();
    let client = server.builder(password_grant()).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    let forms = server.forms();
    let password = "grant_type=password&username=jane&password=password";
    assert_eq!(forms, [password, "grant_type=refresh_token&refresh_token=r1", password]);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_of_unknown_fate_is_used_once_a_call_where_there_is_nothing_else() {
    let server = breaking_off();
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(grant).build().unwrap();

    for number in 1..=2 {
        let error = call(&client).await.unwrap_err();

        assert!(error.is_authorization() && !error.is_token_refused());
        assert_eq!(server.token_count(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_was_not_taken_stays_good() {
    let server = Server::new(async |number, form: String| {
        if form.contains("grant_type=refresh_token") && number < 5 {
            return response(429, "{}");
        }
        response(200, r#"{"access_token":"t","expires_in":100,"refresh_token":"r1"}"#)
    });
    let client = server.builder(password_grant()).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    assert!(call(&client).await.unwrap_err().is_authorization());
    call(&client).await.unwrap();

    let forms = server.forms();
    let refresh = "grant_type=refresh_token&refresh_token=r1";
    assert_eq!(forms[1..], [refresh; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_signs_in_as_itself_takes_no_refresh_token() {
    let server = Server::new(async |number, _| {
        let body =
            format!(r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r"}}"#);
        response(200, &body)
    });
    let client = server.client();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    assert_eq!(server.tokens()[1].body(), "grant_type=client_credentials");
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_token_is_not_asked_with_again_where_there_is_nothing_else() {
    let server = Server::new(async |number, _| match number {
        1 => response(200, r#"{"access_token":"t1","expires_in":100,"refresh_token":"r1"}"#),
        _ => response(400, r#"{"error":"invalid_grant"}"#),
    });
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(grant).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    assert!(call(&client).await.unwrap_err().is_token_refused());
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_goes_along_to_where_the_endpoint_moves() {
    let server = rotating();
    let client = server.builder(password_grant()).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    server.move_endpoint("/openid/v2/token");
    call(&client).await.unwrap();

    let last = server.tokens().pop().unwrap();
    assert_eq!(last.uri().path(), "/openid/v2/token");
    assert_eq!(last.body(), "grant_type=refresh_token&refresh_token=r1");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_was_not_taken_is_sent_again() {
    let server = Server::new(async |number, _| match number {
        1 => response(429, "{}"),
        _ => token(number, 100),
    });
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");

    call(&server.builder(grant).build().unwrap()).await.unwrap();

    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_doubtful_refresh_token_is_used_again_only_when_it_must_be() {
    let server = Server::new(async |number, form: String| {
        assert!(form.ends_with("refresh_token=r1"), "{form}");
        if number > 1 {
            return response(502, "{}");
        }
        response(200, r#"{"access_token":"t","expires_in":1000,"refresh_token":"r1"}"#)
    });
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(grant).build().unwrap();
    call(&client).await.unwrap();

    // In the advisory window: one refresh, and no other one while the token is valid.
    advance(Duration::from_secs(905)).await;
    for _ in 0..8 {
        call(&client).await.unwrap();
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(server.token_count(), 2);

    // Expired: the refresh token must be used again.
    advance(Duration::from_secs(20)).await;
    call(&client).await.unwrap_err();
    assert_eq!(server.token_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_configured_refresh_token_is_in_doubt_from_its_first_use_on() {
    let server = Server::new(async |_, _| response(502, "{}"));
    let store = TokenStore::new(
        async || Ok(Some(AccessToken::new("t").valid_for(Duration::from_secs(1000)))),
        async |_| Ok(()),
    );
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(TokenSource::from(grant).store(store)).build().unwrap();
    call(&client).await.unwrap();

    // Aging: one try, and no other while the token serves.
    advance(Duration::from_secs(905)).await;
    for _ in 0..8 {
        call(&client).await.unwrap();
        sleep(Duration::from_secs(10)).await;
    }

    assert_eq!(server.forms(), ["grant_type=refresh_token&refresh_token=r1"]);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_is_rejected_without_a_reason_gives_way_to_the_password() {
    for status in [400, 401, 403] {
        let server = Server::new(move |number, form: String| {
            if form.contains("grant_type=refresh_token") {
                return ready(response(status, ""));
            }
            let body = format!(
                r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r{number}"}}"#
            );
            ready(response(200, &body))
        });
        let client = server.builder(password_grant()).build().unwrap();
        call(&client).await.unwrap();
        advance(Duration::from_secs(101)).await;

        call(&client).await.unwrap();

        assert_eq!(server.token_count(), 3, "password, refresh, password");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_cut_off_does_not_send_its_token_again_where_there_is_a_password() {
    let server = Server::new(async |number, form: String| {
        if form.contains("grant_type=refresh_token") {
            return std::future::pending().await;
        }
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r{number}"}}"#
        );
        response(200, &body)
    });
    let builder = server.builder(password_grant()).no_attempt_timeout();
    let client = builder.timeout(Duration::from_secs(600)).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    assert!(call(&client).await.unwrap_err().is_timeout());
    call(&client).await.unwrap();

    let forms = server.forms();
    let password = "grant_type=password&username=jane&password=password";
    assert_eq!(forms, [password, "grant_type=refresh_token&refresh_token=r1", password]);
}

#[tokio::test(start_paused = true)]
async fn an_aging_token_is_replaced_early_time_and_again() {
    let server = Server::new(async |_, _| {
        response(200, r#"{"access_token":"t","expires_in":1000,"refresh_token":"r"}"#)
    });
    let client = server.builder(password_grant()).build().unwrap();

    for round in 1..=4 {
        call(&client).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(server.token_count(), round);
        advance(Duration::from_secs(905)).await;
    }
}
