//! An arbitrary server response, and a service that always returns it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tokio::runtime::{Builder, Runtime};
use tower::util::BoxCloneSyncService;
use trivore::transport::{Body, BoxError};

/// A response, parsed from a status line, header lines, an empty line and the body.
///
/// Every input is valid: an invalid status becomes 200, and invalid headers are skipped.
#[derive(Clone, Debug)]
pub(super) struct AnyResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl AnyResponse {
    pub(super) fn read(input: &[u8]) -> Self {
        let end = input.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 2..]));
        let mut lines = head.split(|byte| *byte == b'\n');
        let status = lines.next().and_then(|line| StatusCode::from_bytes(line).ok());
        Self {
            status: status.unwrap_or_default(),
            headers: lines.filter_map(header).collect(),
            body: Bytes::copy_from_slice(body),
        }
    }

    /// Returns a service that responds to every request with this response.
    pub(super) fn service(
        &self,
    ) -> BoxCloneSyncService<Request<Body>, Response<Full<Bytes>>, BoxError> {
        let given = self.clone();
        BoxCloneSyncService::new(tower::service_fn(move |_: Request<Body>| {
            let mut response = Response::new(Full::new(given.body.clone()));
            *response.status_mut() = given.status;
            *response.headers_mut() = given.headers.clone();
            std::future::ready(Ok(response))
        }))
    }
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    let value = line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]);
    Some((name, HeaderValue::from_bytes(value).ok()?))
}

/// Runs a future to completion with paused time, which advances only while the future waits.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    thread_local! {
        static RUNTIME: Runtime =
            Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
