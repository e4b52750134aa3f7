//! Input and settings that are rejected before sending, proxies, and HTTP/2.

use tokio::runtime::{Builder, Runtime};
use trivore::models::{CustomFields, Filter, PageRequest, Sort, User, UserId};
use trivore::transport::{Client, Connector, HttpVersions, RetryPolicy, TlsBackend};
use trivore::users::Users;
use trivore::{Credentials, Result, Trivore};
use trivore_tests::operations::marks::{CLIENT_ID, CLIENT_SECRET};
use trivore_tests::{RawServer, Recorder, Reply, TlsServer};

use super::watch::{Log, check_debug, check_error};

#[track_caller]
fn check<T>(result: Result<T>) {
    let error = result.err().unwrap();
    assert!(error.is_invalid_input(), "{error}");
    check_error(&error, &[]);
}

#[tokio::test]
async fn input_that_is_refused_is_not_quoted() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();
    let (users, id) = (trivore.users(), UserId::from("zqn-id"));
    let log = Log::default();
    let guard = log.capture();

    for name in ["zqx.field", "$zqx"] {
        let mut fields = CustomFields::new();
        fields.insert(name, "zqx-value");
        check(users.update_custom_fields(&id, &fields).await);
        let mut user = User::new();
        user.custom_fields = Some(fields);
        check(users.create(&user).await);
        check(users.update(&id, &user).await);
    }
    let mut user = User::new();
    user.tags = Some(vec!["zqx".repeat(34)]);
    check(users.create(&user).await);
    let mut user = User::new();
    user.password = Some("zqx-password".into());
    check(users.update(&id, &user).await);
    for filter in ["zqx attribute", "zqx(", "zqx\""] {
        let filter = Filter::eq(filter, "zqx-value");
        check_debug(&filter);
        check(users.list(&PageRequest::new().filter(filter)).await);
    }
    let filter = Filter::eq("zqx", f64::NAN);
    check(users.list(&PageRequest::new().filter(filter)).await);
    let sort = Sort::ascending("zqx");
    check(users.strong_identification_history(&id, &PageRequest::new().count(0).sort(sort)).await);
    check(users.check_sms_code(&id, "..").await);

    drop(guard);
    log.check([]);
    assert_eq!(recorder.requests().len(), 0);
}

#[test]
fn filters_that_cannot_be_read_are_not_quoted() {
    for text in ["zqx eq", "zqx eq \"zqx", "zqx zqx zqx", "(zqx eq 1", "zqx eq zqx"] {
        check_error(&text.parse::<Filter>().unwrap_err(), &[]);
    }
}

#[test]
fn addresses_that_are_refused_are_not_quoted() {
    for address in [
        "https://zqx-user:zqx-password@id.example.com",
        "https://id.example.com/?token=zqx",
        "https://id.example.com/#zqx",
        "zqx://id.example.com",
        "zqx",
        "https://zqx id",
    ] {
        let builder = Client::builder(address);
        check_debug(&builder);
        check_error(&builder.build().unwrap_err(), &[]);
        let builder = Trivore::builder(address).credentials(Credentials::bearer("zqx"));
        check_debug(&builder);
        check_error(&builder.build().unwrap_err(), &[]);
    }
}

#[test]
fn settings_that_are_refused_are_not_quoted() {
    let client = || Client::builder("https://id.example.com");
    for client in [
        client().credentials(Credentials::basic("zqx:zqx", "zqx")),
        client().credentials(Credentials::bearer("zqx zqx")),
        client().connector(Connector::new().proxy("zqx://zqx:zqx@[")),
        client().connector(Connector::new().add_root_certificate(b"zqx")),
    ] {
        check_debug(&client);
        check_error(&client.build().unwrap_err(), &[]);
    }
}

/// Returns a runtime for the server and one for the client, whose thread's log is captured.
fn runtimes() -> (Runtime, Runtime) {
    let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    (elsewhere, Builder::new_current_thread().enable_all().build().unwrap())
}

fn users(address: &str, connector: Connector) -> Users {
    let client = Client::builder(address).retry(RetryPolicy::off()).connector(connector);
    let credentials = Credentials::basic(CLIENT_ID, CLIENT_SECRET);
    Users::new(client.credentials(credentials).build().unwrap())
}

#[test]
fn a_proxy_and_its_password_are_not_logged() {
    let (elsewhere, here) = runtimes();
    let refusal = || Reply::RawThenClose(b"HTTP/1.1 407 zqx\r\nzqx: zqx\r\n\r\n".to_vec());
    let proxy = elsewhere.block_on(RawServer::start(move |_, _| refusal()));
    let url = format!("http://zqx-user:zqx-password@{}", proxy.address());
    let log = Log::default();

    let guard = log.capture();
    let users = users("https://id.example.com", Connector::new().proxy(&url));
    let error = here.block_on(users.get(&"zqn-id".into())).unwrap_err();
    drop(guard);

    assert!(error.is_connect(), "{error}");
    check_error(&error, &[]);
    check_debug(&users);
    log.check(["users.get"]);
}

#[test]
fn http_2_over_tls_logs_nothing_of_it() {
    let (elsewhere, here) = runtimes();
    let server = elsewhere.block_on(TlsServer::start());
    let connector = Connector::new()
        .tls_backend(TlsBackend::Rustls)
        .http_versions(HttpVersions::Http2OrHttp1)
        .add_root_certificate(server.certificate());
    let log = Log::default();

    let guard = log.capture();
    let users = users(&format!("https://localhost:{}", server.port()), connector);
    let error = here.block_on(users.check_sms_code(&"zqn-id".into(), "zqx-code"));
    let list = PageRequest::new().filter(Filter::eq("zqx", "zqx"));
    let other = here.block_on(users.list(&list)).unwrap_err();
    drop(guard);

    drop(error);
    assert!(other.is_decode(), "{other}");
    check_error(&other, &[]);
    assert_eq!(server.requests(), 2);
    log.check(["users.check_sms_code", "users.list"]);
}
