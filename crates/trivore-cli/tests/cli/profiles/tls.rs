//! Certificates that only a profile trusts.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::generate_simple_self_signed;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::profile_home::ProfileHome;

/// Serves a sandbox with a certificate of its own; returns the port and the certificate.
fn encrypted(home: &ProfileHome) -> (u16, String) {
    let signed = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key.into())
        .unwrap();
    let (sandbox, acceptor) = (home.0.sandbox.address(), TlsAcceptor::from(Arc::new(config)));
    let listener = home.0.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    home.0.spawn(serve(listener, acceptor, sandbox));
    let pem = signed.cert.der();
    (port, pem_of(pem))
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, sandbox: SocketAddr) {
    while let Ok((connection, _)) = listener.accept().await {
        // Who does not trust the certificate hangs up.
        let Ok(mut client) = acceptor.accept(connection).await else { continue };
        let mut server = TcpStream::connect(sandbox).await.unwrap();
        tokio::spawn(async move {
            drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        });
    }
}

fn pem_of(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[test]
fn a_certificate_is_trusted_if_the_profile_says_so() {
    let home = ProfileHome::start();
    let (port, certificate) = encrypted(&home);
    fs::write(home.0.home.path().join("ca.pem"), certificate).unwrap();
    fs::write(home.0.home.path().join("empty.pem"), "").unwrap();
    home.write_secret("secret", home.0.sandbox.client_secret());
    for (line, code, expected) in [
        ("", 7, "certificate"),
        ("ca-certificate = \"~/ca.pem\"", 0, ""),
        ("ca-certificate = \"~/missing.pem\"", 3, "missing.pem"),
        ("ca-certificate = \"~/empty.pem\"", 3, "certificate"),
        ("ca-certificate = \"~/secret\"", 3, "certificate"),
    ] {
        home.write_config(&format!(
            "default-profile = \"p\"\n[profile.p]\naddress = \"https://localhost:{port}\"\n\
             client-id = \"1000000000000001\"\nsecret-file = \"~/secret\"\n{line}\n"
        ));
        let finished = home.run(&["users", "list"]);
        assert_eq!(finished.code, code, "{line}: {finished:?}");
        assert!(finished.stderr.contains(expected), "{line}: {finished:?}");
        assert!(!finished.stderr.contains(home.0.sandbox.client_secret()), "{finished:?}");
    }
}

#[test]
fn a_login_stores_the_absolute_path_of_a_certificate() {
    let home = ProfileHome::start();
    let (port, certificate) = encrypted(&home);
    fs::write(home.0.home.path().join("ca.pem"), certificate).unwrap();
    let secret = home.write_secret("secret", home.0.sandbox.client_secret());
    let address = format!("https://localhost:{port}");
    let arguments = ["login", "--address", &address, "--client-id", home.0.sandbox.client_id()];
    let mut command = home.command(&arguments);
    command.args(["--stdin", "--no-keyring", "--ca-certificate", "ca.pem"]);
    command.current_dir(home.0.home.path()).stdin(fs::File::open(secret).unwrap());
    let finished = crate::installation::finish(&mut command);
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(home.run(&["whoami"]).code, 0);
}
