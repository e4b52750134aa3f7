//! Decides whether a request is served, before anything else happens to it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State as Shares};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, Uri, header};
use http_body::{Frame, SizeHint};

use super::bodies::HeldBytes;
use super::browser;
use super::shared::Shared;
use crate::api::response::EventStream;
use crate::connection::{Connection, InFlight, Receiving};
use crate::faults::{ConnectionEnded, PaddedBody};
use crate::values::api_error::ApiError;
use crate::values::paths::is_control;

/// Reports a request to the observer. This is the outermost middleware.
pub(super) async fn report(
    Shares(shared): Shares<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let observed = shared.settings().observer.as_ref().map(|it| it.begin(&mut request));
    let response = next.run(request).await;
    if let Some(observed) = observed
        && response.extensions().get::<ConnectionEnded>().is_none()
    {
        observed.finish(response.status());
    }
    response
}

/// Checks the host and the origin of a request, and lets allowed origins read the response.
///
/// Requests without a network are not checked: no page can send them.
pub(super) async fn admit(
    Shares(shared): Shares<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_too_long(request.uri()) {
        let message = "The path and the query are longer than 16 KiB.";
        return ApiError::new(StatusCode::URI_TOO_LONG, message).into_response();
    }
    let Some(connection) = request.extensions().get::<Connection>().cloned() else {
        return next.run(request).await;
    };
    let mut in_flight = connection.begin_request();
    let local = connection.local();
    let is_control = is_control(request.uri().path());
    let (head, body) = request.into_parts();
    let admitted = shared.settings().policy.check(&head, local);
    let preflight = browser::preflight(&head);
    request = Request::from_parts(head, body);
    let mut response = match (&admitted, preflight) {
        (Err(error), _) => error.into_response(),
        (Ok(Some(_)), Some(response)) => response,
        _ => next.run(request).await,
    };
    if let Ok(Some(origin)) = admitted {
        browser::add_headers(response.headers_mut(), origin);
    }
    if is_control {
        for (name, value) in [
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    in_flight.set_sending(true);
    let padded = response.extensions().get::<PaddedBody>().copied();
    let is_stream = response.extensions().get::<EventStream>().is_some();
    let waiting = is_stream.then(|| connection.begin_receiving());
    response.map(|body| {
        let bytes =
            shared.responses().hold(&body, padded.map(|PaddedBody { in_memory }| in_memory));
        let rest = Bytes::new();
        Body::new(SentBody { body, rest, in_flight, _waiting: waiting, _bytes: bytes })
    })
}

fn is_too_long(target: &Uri) -> bool {
    target.path_and_query().is_some_and(|target| target.as_str().len() > MAX_TARGET_BYTES)
}

/// Limit on the path and the query together.
const MAX_TARGET_BYTES: usize = 16 << 10;
/// Limit on a part of a response that is passed to the connection.
const MAX_PART_BYTES: usize = 64 << 10;

/// The body of a response, whose request is in flight until it is sent.
///
/// It is passed on in small parts: the connection takes the next one only when there is room to send
/// it, so that what it takes but cannot send is little.
struct SentBody {
    body: Body,
    /// What is left of the newest frame.
    rest: Bytes,
    in_flight: InFlight,
    /// While there is nothing to send, the connection waits as if a body were being received.
    _waiting: Option<Receiving>,
    _bytes: HeldBytes,
}

impl HttpBody for SentBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            let polled = Pin::new(&mut this.body).poll_frame(context)?;
            // If there is nothing to send yet, the client is not slow.
            this.in_flight.set_sending(polled.is_ready());
            match ready!(polled).map(Frame::into_data) {
                Some(Ok(data)) => this.rest = data,
                Some(Err(other)) => return Poll::Ready(Some(Ok(other))),
                None => return Poll::Ready(None),
            }
        }
        this.in_flight.set_sending(true);
        let part = this.rest.split_to(this.rest.len().min(MAX_PART_BYTES));
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        let left = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(left.lower().saturating_add(rest));
        if let Some(upper) = left.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}
