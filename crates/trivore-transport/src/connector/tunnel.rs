//! Asks a proxy for a tunnel to a destination, by `CONNECT`.

use http::{StatusCode, Uri};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::connector::proxies::ProxyUrl;
use crate::error::{BoxError, ConnectError};

/// Turns a connection to a proxy into one to the destination, which must be an https URL.
pub(crate) async fn open<S>(
    stream: &mut S,
    proxy: &ProxyUrl,
    destination: &Uri,
) -> Result<(), BoxError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let host = destination.host().unwrap_or_default();
    let port = destination.port_u16().unwrap_or(443);
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if let Some(Ok(authorization)) = proxy.authorization.as_ref().map(|value| value.to_str()) {
        request.extend(["Proxy-Authorization: ", authorization, "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;

    let mut head = Vec::with_capacity(1024);
    let mut received = 0;
    loop {
        let count = stream.read_buf(&mut head).await?;
        if count == 0 {
            return Err(ConnectError::temporary("the proxy closed the connection").into());
        }
        received += count;
        // Several heads may have arrived at once.
        while let Some((status, length)) = parse(&head)? {
            if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS {
                head.drain(..length);
                continue;
            }
            // In TLS, the server does not speak first.
            return if status.is_success() && length < head.len() {
                Err(ConnectError::permanent("the proxy sent data before the tunnel was used")
                    .into())
            } else {
                accepted(status).map_err(Into::into)
            };
        }
        // Including the interim responses: there could be any number of them.
        if received > MAX_SIZE {
            return Err(too_large().into());
        }
    }
}

/// Returns the status and the length of a head; `None` if it is not complete yet.
fn parse(bytes: &[u8]) -> Result<Option<(StatusCode, usize)>, ConnectError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let malformed = || ConnectError::permanent("the proxy's response is not HTTP/1.1");
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(too_large()),
        Err(error) => return Err(malformed().caused_by(error)),
    };
    let status = response.code.and_then(|code| StatusCode::from_u16(code).ok());
    Ok(Some((status.ok_or_else(malformed)?, length)))
}

/// Whether there is a tunnel, or why there is none.
fn accepted(status: StatusCode) -> Result<(), ConnectError> {
    let told = || format!("the proxy responded with {status}");
    match status.as_u16() {
        200..=299 => Ok(()),
        // The proxy is in trouble, its timeout or its rate limit may pass.
        500..=599 | 408 | 425 | 429 => Err(ConnectError::temporary(told())),
        _ => Err(ConnectError::permanent(told())),
    }
}

fn too_large() -> ConnectError {
    ConnectError::permanent("the proxy's response is too large")
}

const MAX_SIZE: usize = 16 << 10;
const MAX_HEADERS: usize = 100;
