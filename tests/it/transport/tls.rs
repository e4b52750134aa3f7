//! TLS with both libraries: certificates, host names and HTTP versions.

use std::error::Error as _;
use std::process::Command;
use std::time::Duration;

use http::{Request, Uri};
use tower::util::MapRequestLayer;
use trivore::transport::{
    Body, BuildError, Call, Client, Connector, HttpVersions, RetryPolicy, TlsBackend,
};
use trivore_tests::scripted::{ScriptedServer, Wire};
use trivore_tests::{Authority, RawServer, Reply, TestCertificate, TlsServer, TunnelProxy, pem};

const BACKENDS: [TlsBackend; 2] = [TlsBackend::NativeTls, TlsBackend::Rustls];

fn client(address: &str, connector: Connector) -> Client {
    Client::builder(address).connector(connector).build().unwrap()
}

#[tokio::test]
async fn http2_is_agreed_upon_when_it_is_offered() {
    for backend in BACKENDS {
        for (versions, expected) in
            [(HttpVersions::Http2OrHttp1, "HTTP/2.0"), (HttpVersions::Http1, "HTTP/1.1")]
        {
            let server = TlsServer::start().await;
            let connector = Connector::new()
                .tls_backend(backend)
                .http_versions(versions)
                .add_root_certificate(server.certificate());
            let client = client(&format!("https://localhost:{}", server.port()), connector);

            for _ in 0..5 {
                let version: String = client.send(Call::get(&["x"])).await.unwrap();
                assert_eq!(version, expected, "{backend:?}");
            }

            assert_eq!(server.connections(), 1, "{backend:?} {versions:?}");
        }
    }
}

/// What a call to a server with this certificate comes to, which is the same with both libraries.
async fn refusal(root: &[u8], certificate: &TestCertificate, host: &str) -> String {
    let mut texts = BACKENDS.map(|_| String::new());
    for (backend, text) in BACKENDS.into_iter().zip(&mut texts) {
        let server = TlsServer::start_with(certificate).await;
        let connector = Connector::new().tls_backend(backend).add_root_certificate(root);
        let client = client(&format!("https://{host}:{}", server.port()), connector);

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect(), "{backend:?}: {error}");
        assert!(!error.may_have_been_applied());
        assert!(error.source().is_some());
        assert_eq!(server.requests(), 0, "{backend:?}");
        assert_eq!(server.handshakes(), 1, "{backend:?}: it cannot get better: {error}");
        assert_eq!(error.attempts().len(), 1, "{backend:?}");
        *text = error.to_string();
    }
    let [native, rustls] = texts;
    assert_eq!(native, rustls);
    native
}

#[tokio::test]
async fn a_refused_certificate_is_told_with_its_reason() {
    let (authority, other) = (Authority::new(), Authority::new());
    let valid = authority.issue(&["localhost"], |_| {});
    let expired = authority.issue(&["localhost"], |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
    });
    let future = authority.issue(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(4000, 1, 1);
    });
    let self_signed = TestCertificate::self_signed(&["localhost"], |_| {});
    let elsewhere = authority.issue(&["id.example.com"], |_| {});
    for (root, certificate, host, reason) in [
        (&authority, &expired, "localhost", "has expired"),
        (&authority, &future, "localhost", "is not valid yet"),
        (&authority, &self_signed, "localhost", "is self-signed or its issuer is not trusted"),
        (&other, &valid, "localhost", "is self-signed or its issuer is not trusted"),
        (&authority, &elsewhere, "localhost", "is not valid for localhost"),
        (&authority, &valid, "127.0.0.1", "is not valid for 127.0.0.1"),
    ] {
        let text = refusal(root.der(), certificate, host).await;

        assert_eq!(text, format!("call: could not connect: the server's certificate {reason}"));
    }
}

#[tokio::test]
async fn a_certificate_without_an_alternative_name_is_refused() {
    let authority = Authority::new();
    let common_name = |params: &mut rcgen::CertificateParams| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    };
    let nameless = authority.issue(&[], common_name);
    let of_an_address = authority.issue(&["127.0.0.1"], common_name);
    let of_a_mailbox = authority.issue(&["localhost@example.com"], common_name);
    for (certificate, reason) in [
        (nameless, "has no subject alternative name for localhost"),
        (of_an_address, "is not valid for localhost"),
        (of_a_mailbox, "is not valid for localhost"),
    ] {
        let text = refusal(authority.der(), &certificate, "localhost").await;

        assert!(text.ends_with(&format!("the server's certificate {reason}")), "{text}");
    }
}

#[tokio::test]
async fn a_host_with_a_final_dot_is_the_same_host() {
    let authority = Authority::new();
    for name in ["id.example.com", "*.example.com"] {
        let certificate = authority.issue(&[name], |_| {});
        let server = TlsServer::start_with(&certificate).await;
        let proxy = TunnelProxy::start(b"HTTP/1.1 200 OK\r\n\r\n", server.port()).await;
        for backend in BACKENDS {
            let connector = Connector::new()
                .tls_backend(backend)
                .proxy(&proxy.url())
                .add_root_certificate(authority.der());
            let client = client("https://id.example.com.", connector);

            let version: String = client.send(Call::get(&["x"])).await.unwrap();

            assert_eq!(version, "HTTP/2.0", "{backend:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_of_an_address_is_for_that_address_only() {
    let authority = Authority::new();
    let common_name = |params: &mut rcgen::CertificateParams| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "127.0.0.1");
    };
    let as_a_name = authority.issue(&[], |params| {
        common_name(params);
        let name = "127.0.0.1".try_into().unwrap();
        params.subject_alt_names.push(rcgen::SanType::DnsName(name));
    });
    let of_a_wildcard = authority.issue(&["*.0.0.1"], common_name);
    let of_another = authority.issue(&["127.0.0.2"], common_name);
    for certificate in [as_a_name, of_a_wildcard, of_another] {
        let text = refusal(authority.der(), &certificate, "127.0.0.1").await;

        assert!(text.ends_with("the server's certificate is not valid for 127.0.0.1"), "{text}");
    }
    let valid = authority.issue(&["127.0.0.1", "id.example.com"], |_| {});
    assert_accepted(authority.der(), &valid, "127.0.0.1").await;
}

#[tokio::test]
async fn a_wildcard_stands_for_one_label() {
    let authority = Authority::new();
    let common_name = |params: &mut rcgen::CertificateParams| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    };
    for name in ["*.example.com", "*.localhost", "*"] {
        let certificate = authority.issue(&[name], common_name);

        let text = refusal(authority.der(), &certificate, "localhost").await;

        assert!(text.ends_with("is not valid for localhost"), "{name}: {text}");
    }
}

/// Private authorities issue certificates that deviate from RFC 5280.
#[tokio::test]
async fn a_certificate_with_a_long_serial_number_is_accepted() {
    let authority = Authority::new();
    for length in [20, 21, 22, 40] {
        let certificate = authority.issue(&["localhost"], |params| {
            params.serial_number = Some(vec![0x7f; length].into());
        });

        assert_accepted(authority.der(), &certificate, "localhost").await;
    }
}

async fn assert_accepted(root: &[u8], certificate: &TestCertificate, host: &str) {
    for backend in BACKENDS {
        let server = TlsServer::start_with(certificate).await;
        let connector = Connector::new().tls_backend(backend).add_root_certificate(root);
        let client = client(&format!("https://{host}:{}", server.port()), connector);

        let result = client.execute(Call::get(&["x"])).await;

        assert!(result.is_ok(), "{backend:?}: {result:?}");
    }
}

/// A frame of HTTP/2 for the whole connection.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, 0, 0, 0, 0, 0], payload].concat()
}

#[tokio::test]
async fn the_words_of_a_server_are_no_alert_and_do_not_fill_the_log() {
    const GOAWAY: u8 = 7;
    let alert = b"received fatal alert: CertificateRequired\nERROR forged: unknown \xe2\x80\xa8";
    let words = [&alert[..], &vec![b'x'; 8_000]].concat();
    // The last stream is 0, and the reason is ENHANCE_YOUR_CALM.
    let go_away = frame(GOAWAY, &[&[0, 0, 0, 0, 0, 0, 0, 11], &words[..]].concat());
    for backend in BACKENDS {
        let go_away = go_away.clone();
        let server = ScriptedServer::start(Wire::Http2(backend), move |mut connection| {
            let go_away = go_away.clone();
            async move {
                let responder = connection.responder();
                responder.settings(&[]).await?;
                connection.request().await?;
                responder.write(&go_away).await?;
                responder.shutdown().await
            }
        });
        let client = server.client().build().unwrap();

        let error = client.execute(Call::put(&["x"])).await.unwrap_err();

        // The server has processed no request.
        assert!(error.is_connect() && !error.may_have_been_applied(), "{backend:?}: {error}");
        assert_eq!(error.attempts().len(), 3, "{backend:?}: {error}");
        let chain = std::iter::successors(error.source(), |error| (*error).source());
        let texts: Vec<_> = chain.map(ToString::to_string).chain([error.to_string()]).collect();
        assert!(texts.iter().any(|text| text.contains("received fatal alert")), "{texts:?}");
        let debug = (format!("{error:?}"), 5_000);
        for (text, limit) in texts.into_iter().map(|text| (text, 1_000)).chain([debug]) {
            assert!(text.len() < limit, "{} bytes: {text}", text.len());
            assert!(!text.contains('\n') && !text.contains("TLS handshake"), "{text}");
        }
    }
}

#[tokio::test]
async fn root_certificates_are_read_from_pem() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = TlsServer::start_with(&authority.issue(&["localhost"], |_| {})).await;
    let address = format!("https://localhost:{}", server.port());
    let several = format!("Comment\n{}\n\n{}", other.pem(), authority.pem().replace('\n', "\r\n"));
    for backend in BACKENDS {
        for connector in [
            Connector::new().add_root_certificates_pem(authority.pem().as_bytes()),
            Connector::new().add_root_certificates_pem(several.as_bytes()),
            Connector::new().add_root_certificate(authority.der()).only_added_root_certificates(),
        ] {
            let client = client(&address, connector.tls_backend(backend));

            client.execute(Call::get(&["x"])).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_a_server_that_demands_one() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let certificate = servers.issue(&["localhost"], |_| {});
    let server = TlsServer::start_for_clients_of(&clients, &certificate).await;
    let address = format!("https://localhost:{}", server.port());
    let own = clients.issue(&["client"], |_| {});
    let of_another = Authority::new().issue(&["client"], |_| {});
    let one_file = format!("{}{}", own.key_pem(), own.pem());
    for backend in BACKENDS {
        let connector =
            || Connector::new().tls_backend(backend).add_root_certificate(servers.der());
        for (chain, key) in [(own.pem(), own.key_pem()), (one_file.clone(), one_file.clone())] {
            let connector = connector().client_certificate_pem(chain.as_bytes(), key.as_bytes());

            client(&address, connector).execute(Call::get(&["x"])).await.unwrap();
        }
        let requests = server.requests();
        let foreign = connector()
            .client_certificate_pem(of_another.pem().as_bytes(), of_another.key_pem().as_bytes());
        let http1 = connector().http_versions(HttpVersions::Http1);
        let foreign_http1 = foreign.clone().http_versions(HttpVersions::Http1);
        for (connector, alert, is_certain) in [
            (connector(), "certificate required", true),
            (http1, "certificate required", true),
            (foreign, "unknown ca", true),
            // If the request was written before the alert came, this library does not tell whether
            // the alert is about it.
            (foreign_http1, "unknown ca", backend != TlsBackend::NativeTls),
        ] {
            let before = server.handshakes();

            let error = client(&address, connector).execute(Call::put(&["x"])).await.unwrap_err();

            let is_certain = is_certain || error.is_connect();
            let kind = if is_certain { "could not connect" } else { "the connection failed" };
            let text = format!("call: {kind}: the server refused the TLS handshake: {alert}");
            assert_eq!(error.to_string(), text, "{backend:?}");
            assert_eq!(error.is_connect(), is_certain, "{backend:?}: {error:?}");
            assert_eq!(error.may_have_been_applied(), !is_certain, "{backend:?}: {error:?}");
            assert_eq!((server.requests(), server.handshakes() - before), (requests, 1));
            assert_eq!(error.attempts().len(), 1, "{backend:?}");
        }
    }
}

#[tokio::test]
async fn an_alert_over_tls_1_2_may_be_about_a_request_that_was_read() {
    let authority = Authority::new();
    let certificate = authority.issue(&["localhost"], |_| {});
    // `bad_certificate`, `certificate_unknown`, `unknown_ca` and `access_denied`.
    for alert in [42, 46, 48, 49] {
        let server = TlsServer::with_alert(&certificate, alert).await;
        let address = format!("https://localhost:{}", server.port());
        for backend in BACKENDS {
            let connector = Connector::new().tls_backend(backend);
            let connector = connector.add_root_certificate(authority.der());
            let before = server.requests();

            let poster = client(&address, connector.clone());
            let error = poster.execute(Call::post(&["x"])).await.unwrap_err();

            assert_eq!(server.requests() - before, 1, "{backend:?}: {error:?}");
            assert!(error.may_have_been_applied(), "{backend:?}: {error:?}");
            assert!(!error.is_connect(), "{backend:?}: {error:?}");

            let error = client(&address, connector).execute(Call::get(&["x"])).await.unwrap_err();

            assert_eq!(error.attempts().len(), 1, "{backend:?}: {error:?}");
            assert_eq!(server.requests() - before, 2, "{backend:?}: {error:?}");
        }
    }
}

#[test]
fn certificates_that_cannot_be_used_are_refused_when_building() {
    let authority = Authority::new();
    let (own, other) = (authority.issue(&["client"], |_| {}), authority.issue(&["x"], |_| {}));
    let (chain, key) = (own.pem(), own.key_pem());
    let encrypted = pem("ENCRYPTED PRIVATE KEY", own.key_der());
    let of_another_form = pem("RSA PRIVATE KEY", own.key_der());
    let no_key = pem("PRIVATE KEY", b"no DER");
    let no_certificate = pem("CERTIFICATE", b"no DER");
    let cut_off = "-----BEGIN CERTIFICATE-----\nMARK";
    let wrong_order = format!("{}{chain}", authority.pem());
    let root = |pem: &str| Connector::new().add_root_certificates_pem(pem.as_bytes());
    let identity = |chain: &str, key: &str| {
        Connector::new().client_certificate_pem(chain.as_bytes(), key.as_bytes())
    };
    let unusable = [
        Connector::new().add_root_certificate(b"no DER"),
        Connector::new().add_root_certificate(b""),
        Connector::new().add_root_certificate(authority.pem().as_bytes()),
        Connector::new().only_added_root_certificates(),
        root(""),
        root("no PEM"),
        root(&key),
        root(&no_certificate),
        root(cut_off),
        root(&format!("{}{cut_off}", authority.pem())),
        root(&format!("{}{no_certificate}", authority.pem())),
        root(&authority.pem().replace("END CERTIFICATE", "END MARK")),
        identity("", ""),
        identity(&chain, ""),
        identity("", &key),
        identity(&chain, &chain),
        identity(&key, &key),
        identity(&chain, &other.key_pem()),
        identity(&chain, &encrypted),
        identity(&chain, &of_another_form),
        identity(&chain, &no_key),
        identity(&no_certificate, &key),
        identity(&wrong_order, &key),
        identity(&format!("{chain}{cut_off}"), &key),
        identity(&format!("{chain}{no_certificate}"), &key),
        identity(&chain, &key.replace("END PRIVATE KEY", "END MARK")),
        identity(&chain, &format!("{}{key}", other.key_pem())),
    ];
    for (number, connector) in unusable.into_iter().enumerate() {
        for backend in BACKENDS {
            for address in ["https://id.example.com", "http://id.example.com"] {
                let connector = connector.clone().tls_backend(backend);
                let built = Client::builder(address).connector(connector).build();

                let Err(error) = built else { panic!("{backend:?}: {number}") };
                assert!(matches!(error, BuildError::Tls(_)), "{backend:?}: {error}");
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains("MARK"), "{shown}");
            }
        }
    }
}

#[test]
fn settings_do_not_show_a_private_key() {
    let own = TestCertificate::self_signed(&["client"], |_| {});
    let connector = Connector::new()
        .client_certificate_pem(own.pem().as_bytes(), own.key_pem().as_bytes())
        .add_root_certificate(own.der());

    let shown = format!("{connector:?}");

    assert!(shown.contains("Identity(<redacted>)"), "{shown}");
    assert!(shown.len() < 600, "{shown}");
}

/// Runs a test once more, with variables: a process cannot safely change its own environment.
fn run_again(test: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("transport::tls::{test}")]).env(AGAIN, "1");
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let is_passed = output.status.success() && report.contains("1 passed");
    if is_passed { Ok(()) } else { Err(report.into_owned()) }
}

#[test]
fn rustls_without_any_root_certificate_is_refused_when_building() {
    let test = "rustls_without_any_root_certificate_is_refused_when_building";
    if std::env::var_os(AGAIN).is_none() {
        let nothing = [("SSL_CERT_FILE", "/nowhere/at/all"), ("SSL_CERT_DIR", "/nowhere/at/all")];
        assert_eq!(run_again(test, &nothing), Ok(()));
        return;
    }
    let build = |connector: Connector| {
        let connector = connector.tls_backend(TlsBackend::Rustls);
        Client::builder("https://id.example.com").connector(connector).build().map(drop)
    };

    let error = build(Connector::new()).unwrap_err();

    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
    assert!(build(Connector::new().add_root_certificate(Authority::new().der())).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_added_root_certificates_can_be_trusted() {
    let test = "only_added_root_certificates_can_be_trusted";
    if let Some(address) = std::env::var_os(ADDRESS) {
        let address = address.into_string().unwrap();
        for backend in BACKENDS {
            let other = Authority::new();
            let connector = Connector::new().tls_backend(backend).add_root_certificate(other.der());

            let trusted = client(&address, connector.clone()).execute(Call::get(&["x"])).await;
            let only_added = client(&address, connector.only_added_root_certificates());
            let refused = only_added.execute(Call::get(&["x"])).await;

            assert!(trusted.is_ok(), "{backend:?}: {trusted:?}");
            assert!(refused.unwrap_err().to_string().contains("not trusted"), "{backend:?}");
        }
        return;
    }
    let authority = Authority::new();
    let server = TlsServer::start_with(&authority.issue(&["localhost"], |_| {})).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, authority.pem()).unwrap();
    let (path, address) = (file.path().to_owned(), format!("https://localhost:{}", server.port()));

    let done = tokio::task::spawn_blocking(move || {
        run_again(test, &[("SSL_CERT_FILE", path.to_str().unwrap()), (ADDRESS, &address)])
    });

    assert_eq!(done.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_asked_once() {
    for backend in BACKENDS {
        let greeting = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n".to_vec();
        let server = RawServer::with_greetings(vec![greeting; 3], |_, _| Reply::Never).await;
        let connector = Connector::new().tls_backend(backend);
        let client = client(&format!("https://{}", server.address()), connector);

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.to_string().contains("does not speak TLS"), "{backend:?}: {error}");
        assert_eq!(server.connections(), 1, "{backend:?}");
    }
}

#[tokio::test]
async fn a_handshake_that_is_cut_off_is_repeated() {
    for backend in BACKENDS {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let connector = Connector::new().tls_backend(backend);
        let retry = RetryPolicy::backoff().base_delay(Duration::from_millis(1));
        let client = Client::builder(&address).connector(connector).retry(retry).build().unwrap();
        let accepting = tokio::spawn(async move {
            for _ in 0..3 {
                drop(listener.accept().await.unwrap());
            }
        });

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect(), "{backend:?}: {error}");
        accepting.await.unwrap();
        assert_eq!(error.attempts().len(), 3, "{backend:?}: {error}");
    }
}

#[tokio::test]
async fn without_tls_an_https_address_is_never_spoken_to_in_the_clear() {
    let server = RawServer::start(|_, _| Reply::Never).await;
    let secure: Uri = format!("https://{}/x", server.address()).parse().unwrap();
    let connector = || Connector::new().tls_backend(TlsBackend::Disabled);
    let built = Client::builder(&secure.to_string()).connector(connector()).build();
    assert!(matches!(built.unwrap_err(), BuildError::NoTls));

    // A layer may still change the address.
    let to_secure = MapRequestLayer::new(move |mut request: Request<Body>| {
        *request.uri_mut() = secure.clone();
        request
    });
    let client = Client::builder(&server.url()).connector(connector()).transport_layer(to_secure);
    let error = client.build().unwrap().execute(Call::post(&["x"])).await.unwrap_err();

    assert!(!error.may_have_been_applied(), "{error}");
    assert_eq!((server.requests(), error.attempts().len()), (0, 1));
}

const AGAIN: &str = "TRIVORE_TESTS_IN_OWN_PROCESS";
const ADDRESS: &str = "TRIVORE_TESTS_ADDRESS";
