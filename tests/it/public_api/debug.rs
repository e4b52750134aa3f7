//! `Debug` and `Display` show no secrets.

use std::fmt::Debug;

use http::header::{AUTHORIZATION, HeaderValue};
use trivore::models::{Password, PersonalId, User};
use trivore::transport::{Body, Call, Client, Connector};
use trivore::{Credentials, Trivore};
use trivore_tests::Recorder;

/// Asserts that `Debug`, plain and pretty, is not empty and contains no mark.
#[track_caller]
fn check(value: &impl Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.is_empty());
        // The second mark is the start of `MARK:MARK` in Base64.
        for mark in ["MARK", "TUFSSzpN"] {
            assert!(!shown.contains(mark), "{shown}");
        }
    }
}

#[test]
fn credentials_show_nothing() {
    check(&Credentials::basic("MARK", "MARK"));
    check(&Credentials::basic("MARK:MARK", "MARK"));
    check(&Credentials::bearer("MARK"));
    check(&Credentials::bearer("MARK MARK"));
}

#[test]
fn builders_show_no_credentials() {
    for credentials in [Credentials::basic("MARK", "MARK"), Credentials::bearer("MARK")] {
        let address = "https://id.example.com";
        check(&Client::builder(address).credentials(credentials.clone()));
        check(&Trivore::builder(address).credentials(credentials));
    }
}

#[test]
fn builders_show_no_credentials_that_stand_in_the_address() {
    check(&Client::builder("https://MARK:MARK@id.example.com"));
    check(&Trivore::builder("https://MARK:MARK@id.example.com/?token=MARK"));
}

#[test]
fn connectors_show_no_password_of_a_proxy() {
    let connector = Connector::new().proxy("http://MARK:MARK@proxy.example.com:3128");

    check(&connector);
    check(&Client::builder("https://id.example.com").connector(connector));
    let refused = Connector::new().proxy("MARK://MARK:MARK@[");
    let built = Client::builder("https://id.example.com").connector(refused).build();
    let error = built.unwrap_err();
    check(&error);
    assert!(!error.to_string().contains("MARK"));
}

#[test]
fn clients_show_no_credentials() {
    let recorder = Recorder::new();
    let client = recorder.client().credentials(Credentials::basic("MARK", "MARK")).build();
    let trivore = Trivore::new(client.unwrap());

    check(&trivore);
    check(trivore.users());
    check(trivore.client());
    check(&trivore.users().items(trivore::models::PageRequest::new()));
}

#[test]
fn calls_show_neither_path_nor_query_nor_headers_nor_body() {
    let mut user = User::new();
    user.password = Some(Password::from("MARK"));

    let call = Call::<User>::post(&["user", "MARK"])
        .query("MARK", "MARK")
        .header(AUTHORIZATION, HeaderValue::from_static("MARK"))
        .json(&user);

    check(&call);
    check(&Call::<User>::get(&["MARK", ".."]));
    check(&call.into_request().unwrap().map(|_| Body::from(bytes::Bytes::from("MARK"))).body());
}

#[test]
fn secrets_of_people_show_nothing() {
    let mut user = User::new();
    user.password = Some(Password::from("MARK"));

    check(&Password::from("MARK"));
    check(&PersonalId::from("MARK"));
    check(&user);
}

#[tokio::test]
async fn errors_show_nothing_of_what_was_sent() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":["MARK"]}"#).respond(200, "MARK").respond(500, "MARK");
    let trivore = recorder.trivore();

    for id in ["MARK", "MARK", "MARK", ".."] {
        let error = trivore.users().get(&id.into()).await.unwrap_err();

        check(&error);
        assert!(!error.to_string().contains("MARK"), "{error}");
        let causes =
            std::iter::successors(std::error::Error::source(&error), |error| error.source());
        causes.for_each(|cause| assert!(!format!("{cause} {cause:?}").contains("MARK")));
    }
}
