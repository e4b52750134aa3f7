//! `check` finds the step that fails, and says what to do.

use std::io;
use std::time::Duration;

use serde_json::json;
use trivore::Credentials;
use trivore::transport::{
    Call, CheckOutcome, CheckReport, CheckStep, CheckSubject, Client, Connector, OidcClient,
    OidcGrant, TlsBackend, TokenSource,
};
use trivore::users::Users;
use trivore_tests::{
    Authority, Fixture, RawServer, Recorder, RefusingPort, Reply, TestCertificate, TlsServer,
    TunnelProxy,
};

use CheckSubject::{Address, Api, Clock, Credentials as Keys, Name, Permission, Tls};

const ALL: [CheckSubject; 7] = [Name, Address, Tls, Clock, Keys, Permission, Api];
const BACKENDS: [TlsBackend; 2] = [TlsBackend::NativeTls, TlsBackend::Rustls];

fn step(report: &CheckReport, subject: CheckSubject) -> &CheckStep {
    report.steps().iter().find(|step| step.subject == subject).unwrap()
}

/// Returns what passed, failed and was skipped, as `+`, `-` and `.`.
fn marks(report: &CheckReport) -> String {
    let subjects: Vec<_> = report.steps().iter().map(|step| step.subject).collect();
    assert_eq!(subjects, ALL);
    let marks = report.steps().iter().map(|step| match &step.outcome {
        CheckOutcome::Passed(found) => {
            assert!(!found.is_empty());
            '+'
        }
        CheckOutcome::Failed { reason, advice } => {
            assert!(!reason.is_empty() && !advice.is_empty());
            '-'
        }
        _ => '.',
    });
    marks.collect()
}

/// Checks which steps pass and fail, and the text of the first that fails.
#[track_caller]
fn check(report: &CheckReport, expected: &str, text: &str) {
    assert_eq!(marks(report), expected, "{report}");
    let failure = report.first_failure().map(ToString::to_string).unwrap_or_default();
    assert!(failure.contains(text), "{report}");
    assert_eq!(report.is_ok(), !expected.contains('-'));
}

fn users(address: &str, connector: Connector) -> Users {
    let client = Client::builder(address).connector(connector);
    Users::new(client.credentials(Credentials::basic("MARK", "MARK")).build().unwrap())
}

#[tokio::test]
async fn a_service_that_works_passes() {
    let fixture = Fixture::start().await;
    let report = fixture.users().check().await;

    check(&report, "++.++++", "");
    assert!(step(&report, Name).to_string().contains("127.0.0.1"), "{report}");
    assert!(step(&report, Address).to_string().contains("connected to 127.0.0.1:"), "{report}");
    assert_eq!(report.to_string().lines().count(), 7);
    assert_eq!(fixture.request_lines(), ["GET /user?startIndex=0&count=1"]);
}

#[tokio::test]
async fn a_name_without_an_address_fails_first() {
    for connector in [
        Connector::new().resolver(async |_| Err(io::Error::other("no such name"))),
        Connector::new().resolver(async |_| Ok(Vec::new())),
        Connector::new()
            .connect_timeout(Duration::from_millis(50))
            .resolver(async |_| std::future::pending().await),
    ] {
        let report = users("https://id.example.com", connector.no_proxy()).check().await;

        check(&report, "-......", "the name id.example.com cannot be resolved");
    }
}

#[tokio::test]
async fn a_port_that_refuses_fails_at_the_address() {
    let port = RefusingPort::new();

    let report = users(&port.url(), Connector::new()).check().await;

    check(&report, "+-.....", "refused");
}

#[tokio::test]
async fn a_certificate_is_shown() {
    for backend in BACKENDS {
        let authority = Authority::new();
        let certificate = authority.issue(&["localhost"], |params| {
            params.not_after = rcgen::date_time_ymd(4000, 1, 1);
        });
        let server = TlsServer::start_with(&certificate).await;
        let connector = Connector::new().tls_backend(backend).add_root_certificate(authority.der());

        let report =
            users(&format!("https://localhost:{}", server.port()), connector).check().await;

        let tls = step(&report, Tls).to_string();
        assert_eq!(&marks(&report)[..3], "+++", "{report}");
        for part in ["subject CN=", "issuer CN=", " days left"] {
            assert!(tls.contains(part), "{backend:?}: {tls}");
        }
    }
}

#[tokio::test]
async fn a_refused_certificate_fails_with_its_reason() {
    let (authority, other) = (Authority::new(), Authority::new());
    let expired = authority.issue(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let elsewhere = authority.issue(&["id.example.com"], |_| {});
    let valid = authority.issue(&["localhost"], |_| {});
    for backend in BACKENDS {
        for (root, certificate, reason) in [
            (&authority, &expired, "has expired"),
            (&authority, &elsewhere, "is not valid for localhost"),
            (&other, &valid, "its issuer is not trusted"),
        ] {
            let server = TlsServer::start_with(certificate).await;
            let connector = Connector::new().tls_backend(backend).add_root_certificate(root.der());

            let report =
                users(&format!("https://localhost:{}", server.port()), connector).check().await;

            check(&report, "++-....", reason);
            assert_eq!(server.requests(), 0);
        }
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_fails_at_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let connector = Connector::new().connect_timeout(Duration::from_millis(50));

    let report = users(&address, connector).check().await;

    check(&report, "++-....", "within 50ms");
}

#[tokio::test]
async fn a_clock_that_is_wrong_fails() {
    for (date, text) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "s ahead of the server's"),
        ("Fri, 06 Nov 2499 08:49:37 GMT", "s behind the server's"),
    ] {
        let server = RawServer::start(move |_, _| {
            let body = r#"{"resources":[]}"#;
            let length = body.len();
            let head =
                format!("HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: {length}\r\n\r\n");
            Reply::Raw(format!("{head}{body}").into_bytes())
        })
        .await;

        let report = users(&server.url(), Connector::new()).check().await;

        check(&report, "++.-+++", text);
    }
}

#[tokio::test]
async fn wrong_credentials_and_a_missing_permission_are_told_apart() {
    let fixture = Fixture::start().await;

    let stranger = fixture.users_of_a_stranger().check().await;
    let limited = fixture.users_with_only(&["GROUP_VIEW"]).check().await;

    check(&stranger, "++.+-..", "check the identifier and the secret");
    check(&limited, "++.++-.", "grant the permission ACCOUNT_VIEW to the client");
}

#[tokio::test]
async fn a_token_that_cannot_be_had_fails_at_the_credentials() {
    let fixture = Fixture::start().await;
    let client = OidcClient::new(fixture.sandbox().oidc_client_id(), "MARK");
    let refused = Credentials::token(OidcGrant::client_credentials(client));
    let failing = TokenSource::new(async || Err("MARK".into()));

    let refused = fixture.users_as(refused).check().await;
    let failing = fixture.users_as(Credentials::token(failing)).check().await;

    check(&refused, "++.+-..", "access token");
    check(&failing, "++..-..", "access token");
    assert!(!refused.to_string().contains("MARK"), "{refused}");
}

#[tokio::test]
async fn an_api_that_is_none_fails_last() {
    for (status, body, advice) in [
        (404, "", "check the path of the service's address"),
        (503, "", "try again later"),
        (200, "<html>", "check that the address is that of the service"),
        (200, r#"{"error":"x"}"#, "check that the address is that of the service"),
        (302, "", "check that the address is that of the service"),
    ] {
        let server =
            RawServer::start(move |_, _| Reply::Raw(trivore_tests::json(status, body))).await;

        let report = users(&server.url(), Connector::new()).check().await;

        assert_eq!(&marks(&report)[6..], "-", "{status}: {report}");
        assert!(report.first_failure().unwrap().to_string().contains(advice), "{report}");
        assert_eq!(server.requests(), 1, "there are no retries");
    }
}

#[tokio::test]
async fn a_proxy_is_checked_in_place_of_the_address() {
    let server = TlsServer::start().await;
    let address = format!("https://localhost:{}", server.port());
    for (response, expected, text) in [
        (&b"HTTP/1.1 200 OK\r\n\r\n"[..], "+++", ""),
        (&b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"[..], "+-.", "check the proxy's"),
    ] {
        let proxy = TunnelProxy::start(response, server.port()).await;
        let connector =
            Connector::new().proxy(&proxy.url()).add_root_certificate(server.certificate());
        let address = address.replace("localhost", "id.example.com");

        let report = users(&address, connector).check().await;

        if expected == "+++" {
            // The certificate is for another name.
            check(&report, "++-....", "is not valid for id.example.com");
            assert!(step(&report, Address).to_string().contains(", a proxy in "), "{report}");
        } else {
            check(&report, &format!("{expected}...."), text);
        }
    }
}

#[tokio::test]
async fn a_client_with_a_service_of_its_own_checks_the_api_only() {
    let recorder = Recorder::new();
    recorder.respond(200, &json!({"resources": []}).to_string());
    let report = recorder.trivore().check().await;
    check(&report, "....+++", "");

    let custom = Client::new(recorder.service());
    let report = custom.check(Call::<()>::get(&["x"])).await;
    check(&report, "....+++", "");
}

#[tokio::test]
async fn a_report_shows_no_credentials() {
    let certificate = TestCertificate::self_signed(&["localhost"], |_| {});
    let server = TlsServer::start_with(&certificate).await;
    let proxy = TunnelProxy::start(b"HTTP/1.1 407 MARK\r\n\r\n", server.port()).await;
    let url = proxy.url().replace("http://", "http://MARK:MARK@");
    let connector = Connector::new().proxy(&url);

    let report = users("https://id.example.com", connector).check().await;

    let shown = format!("{report} {report:?}");
    assert!(!shown.contains("MARK"), "{shown}");
}

#[test]
fn a_blocking_client_checks_too() {
    let recorder = Recorder::new();
    recorder.respond(401, "");
    let trivore = trivore::blocking::Trivore::new(recorder.client().build().unwrap()).unwrap();

    let report = trivore.check().unwrap();

    check(&report, "....-..", "check the identifier and the secret");
}
