//! Opens a connection step by step, to find out which step fails.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Uri;
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;

use crate::address::host::{tls_name, without_brackets};
use crate::check::{CheckStep, CheckSubject};
use crate::connector::proxy::{ProxyConnector, ProxyStream};
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::tls::{TlsLibrary, describe_certificate};
use crate::error::BoxError;
use crate::error::chain::chain;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::message::local_time;

/// Checks the name, the address and TLS of a service.
pub(crate) type Probe = Arc<dyn Fn() -> BoxFuture<'static, Vec<CheckStep>> + Send + Sync>;

/// Makes a handshake; returns what the server's certificate says.
type Encrypt =
    Arc<dyn Fn(String, ProxyStream) -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync>;

/// Makes a probe of a client without TLS.
pub(crate) fn plain_probe(tcp: ProxyConnector, url: Uri, limit: Duration) -> Probe {
    Arc::new(move || Box::pin(probe(tcp.clone(), None, url.clone(), limit)))
}

/// Makes a probe of a client with a TLS library.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub(crate) fn tls_probe<L: TlsLibrary>(
    tcp: ProxyConnector,
    library: L,
    url: Uri,
    limit: Duration,
) -> Probe {
    let encrypt: Encrypt = Arc::new(move |host, stream| {
        let library = library.clone();
        Box::pin(async move {
            let stream = library.encrypted(host, stream).await?;
            let certificate = L::certificate(&stream);
            let described = certificate.and_then(|der| describe_certificate(&der, local_time()));
            Ok(described.unwrap_or_else(|| "the library gives no certificate".to_owned()))
        })
    });
    let encrypt = Some(encrypt);
    Arc::new(move || Box::pin(probe(tcp.clone(), encrypt.clone(), url.clone(), limit)))
}

async fn probe(
    tcp: ProxyConnector,
    encrypt: Option<Encrypt>,
    url: Uri,
    limit: Duration,
) -> Vec<CheckStep> {
    let (hop, is_proxy) = match tcp.first_hop(&url) {
        Ok(hop) => hop,
        Err(error) => {
            let advice = "check the address of the service and the settings of the connector";
            return vec![CheckStep::failed(CheckSubject::Address, error.to_string(), advice)];
        }
    };
    let mut steps = Vec::new();
    let host = without_brackets(hop.host().unwrap_or_default());
    let place = if is_proxy { "the proxy " } else { "" };
    match timeout(limit, tcp.addresses(&hop)).await {
        Ok(Ok(addresses)) if !addresses.is_empty() => {
            let list: Vec<_> = addresses.iter().map(|found| found.ip().to_string()).collect();
            let found = match list.as_slice() {
                [own] if own == host => format!("{place}{host} is an address"),
                list => format!("{place}{host} has {}", list.join(", ")),
            };
            steps.push(CheckStep::passed(CheckSubject::Name, found));
        }
        failed => {
            let reason = match failed {
                Ok(Ok(_)) => "it has no address".to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(_elapsed) => format!("no response within {limit:?}"),
            };
            let advice = "check the spelling of the address, the DNS settings of this machine, and \
                          whether it needs a proxy";
            let reason = format!("the name {place}{host} cannot be resolved: {reason}");
            steps.push(CheckStep::failed(CheckSubject::Name, reason, advice));
            return steps;
        }
    }
    let start = Instant::now();
    let stream = match timeout(limit, tcp.oneshot(url.clone())).await {
        Ok(Ok(stream)) => stream,
        failed => {
            let reason = match failed {
                Ok(Err(error)) => causes(&*error),
                _ => format!("no connection within {limit:?}"),
            };
            let advice = if is_proxy {
                "check the proxy's address and password, and whether it allows this destination"
            } else {
                "check the port, whether the service is running, and whether a firewall blocks it"
            };
            steps.push(CheckStep::failed(CheckSubject::Address, reason, advice));
            return steps;
        }
    };
    let peer = stream.peer().map_or_else(|_unknown| String::new(), |peer| format!(" to {peer}"));
    let took = start.elapsed().as_millis();
    let text = format!("connected{peer}{} in {took} ms", if is_proxy { ", a proxy" } else { "" });
    steps.push(CheckStep::passed(CheckSubject::Address, text));
    steps.push(tls(encrypt, &url, stream, limit).await);
    steps
}

async fn tls(
    encrypt: Option<Encrypt>,
    url: &Uri,
    stream: ProxyStream,
    limit: Duration,
) -> CheckStep {
    let Some(encrypt) = encrypt.filter(|_| url.scheme_str() == Some("https")) else {
        return CheckStep::skipped(CheckSubject::Tls, "the address is http");
    };
    let reason = match timeout(limit, encrypt(tls_name(url).to_owned(), stream)).await {
        Ok(Ok(certificate)) => return CheckStep::passed(CheckSubject::Tls, certificate),
        Ok(Err(error)) => causes(&*error),
        Err(_elapsed) => format!("the server did not end the handshake within {limit:?}"),
    };
    let advice = "check the server's certificate, that this machine's clock is right, and that the \
                  issuer is trusted here; `Connector::add_root_certificates_pem` adds one";
    CheckStep::failed(CheckSubject::Tls, reason, advice)
}

/// Returns the text of an error with its causes, each once.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in chain(error).map(ToString::to_string) {
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}
