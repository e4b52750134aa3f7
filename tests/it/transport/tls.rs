//! TLS with both libraries: certificates, host names and HTTP versions.

use std::error::Error as _;

use trivore::transport::{BuildError, Call, Client, Connector, HttpVersions, TlsBackend};
use trivore_tests::TlsServer;

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

#[tokio::test]
async fn an_untrusted_certificate_is_refused_with_its_reason() {
    for backend in BACKENDS {
        let server = TlsServer::start().await;
        let connector = Connector::new().tls_backend(backend);
        let client = client(&format!("https://localhost:{}", server.port()), connector);

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect(), "{error}");
        assert!(!error.may_have_been_applied());
        assert!(error.to_string().to_lowercase().contains("certificate"), "{backend:?}: {error}");
        assert!(error.source().is_some());
        assert_eq!(server.requests(), 0);
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    for backend in BACKENDS {
        let server = TlsServer::start().await;
        let connector =
            Connector::new().tls_backend(backend).add_root_certificate(server.certificate());
        let client = client(&format!("https://127.0.0.1:{}", server.port()), connector);

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_connect(), "{backend:?}: {error}");
        assert_eq!(server.requests(), 0);
    }
}

#[tokio::test]
async fn a_root_certificate_that_is_none_is_refused_when_building() {
    for backend in BACKENDS {
        let connector = Connector::new().tls_backend(backend).add_root_certificate(b"no DER");

        let built = Client::builder("https://localhost").connector(connector).build();

        assert!(matches!(built.unwrap_err(), BuildError::Tls(_)), "{backend:?}");
    }
}

#[tokio::test]
async fn without_tls_an_https_address_is_never_spoken_to_in_the_clear() {
    let server = trivore_tests::RawServer::start(|_, _| trivore_tests::Reply::Never).await;
    let connector = Connector::new().tls_backend(TlsBackend::Disabled);
    let client = client(&format!("https://{}", server.address()), connector);

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(!error.may_have_been_applied(), "{error}");
    assert_eq!(server.requests(), 0);
}
