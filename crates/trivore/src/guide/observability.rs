//! Spans, logs and metrics.
//!
//! The SDK reports what it does in three ways: spans and events with `tracing`, an [`Observer`] for
//! metrics, and a request identifier that the server sees, too. Spans, events and metrics never
//! contain paths, queries, headers, bodies or identifiers of users.
//!
//! # Spans
//!
//! | Span | Covers |
//! |---|---|
//! | `trivore.call` | one call, with all waiting and all attempts |
//! | `trivore.attempt` | one attempt |
//! | `trivore.token` | one refresh of the access token, outside of any call |
//!
//! All have the target `trivore` and the level `INFO`. The first two use the field names of
//! OpenTelemetry's [semantic conventions for HTTP], so that `tracing-opentelemetry` exports them as
//! expected. Events are at level `DEBUG`; a token store that fails is a `WARN`.
//!
//! | Field | Call | Attempt |
//! |---|---|---|
//! | `otel.name` | the operation, such as `users.get` | method and route, such as `GET /api/rest/v1/user/{userId}` |
//! | `otel.kind` | `internal` | `client` |
//! | `otel.status_code` | `ERROR` if the call failed | `ERROR` for 4xx, 5xx, and requests without a whole response |
//! | `error.type` | status or [`Failure`] of a failed call | status or [`Failure`] if `otel.status_code` is `ERROR` |
//! | `http.response.status_code` | of the last attempt | of the response |
//! | `http.request.method` | yes | yes |
//! | `http.request.resend_count` | | from the call's second request on |
//! | `url.template` | the route | the route |
//! | `server.address`, `server.port` | | yes |
//! | `trivore.operation` | the operation | |
//!
//! The conventions also demand `url.full`. It is left out on purpose, because URLs contain
//! identifiers and filters. A call that was dropped, or an attempt that was cut off by the deadline
//! of its call, has the `error.type` `cut_off`.
//!
//! The names of spans and fields may change with the conventions; a test checks them with
//! OpenTelemetry's exporter.
//!
//! Any subscriber shows them. This one writes to a buffer:
//!
//! ```
//! use std::io;
//! use std::sync::{Arc, Mutex};
//! use tracing_subscriber::fmt::format::FmtSpan;
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! #[derive(Clone, Default)]
//! struct Buffer(Arc<Mutex<Vec<u8>>>);
//!
//! impl io::Write for Buffer {
//!     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
//!         self.0.lock().unwrap().write(bytes)
//!     }
//!     fn flush(&mut self) -> io::Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! let buffer = Buffer::default();
//! let writer = buffer.clone();
//! tracing_subscriber::fmt()
//!     .with_span_events(FmtSpan::CLOSE)
//!     .with_writer(move || writer.clone())
//!     .init();
//!
//! let missing = trivore.users().get(&"0123456789abcdef01234567".into()).await;
//!
//! assert!(missing.is_err());
//! let log = String::from_utf8(buffer.0.lock().unwrap().clone())?;
//! assert!(log.contains("trivore.call") && log.contains("users.get") && log.contains("404"));
//! assert!(!log.contains("0123456789abcdef01234567"));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Passing the trace on
//!
//! To continue a trace at the server, add a layer that sets the header `traceparent` from the
//! current span. Add it with [`attempt_layer`]: its layers run inside of the span of their attempt,
//! each attempt gets its own header, and the layer sees no credentials. In the call slot, the
//! parent would be the call, the same for all attempts. With [`transport_layer`], the header is
//! also set on token requests.
//!
//! With the crates `opentelemetry` and `tracing-opentelemetry`, such a layer is:
//!
//! ```text
//! MapRequestLayer::new(|mut request: http::Request<Body>| {
//!     let context = tracing::Span::current().context(); // OpenTelemetrySpanExt
//!     global::get_text_map_propagator(|propagator| {
//!         propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
//!     });
//!     request
//! })
//! ```
//!
//! A layer that moves the request into a task of its own should take the current span along, as
//! `Instrument::in_current_span` does.
//!
//! If you add tower-http's `TraceLayer`, give it a span of your own: its default span records the
//! URL. See [`layers`](super::layers).
//!
//! # Metrics
//!
//! An [`Observer`] receives a [`ClientEvent`] for each attempt and each call that ends, and for
//! each pause after a rate limit, with its scope. Every field but times and the identifier of the
//! request has few values, so that each can be a label. The function runs within the call: it should
//! be quick, and must not panic.
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use trivore::models::PageRequest;
//! use trivore::transport::{ClientEvent, Observer};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let retries = Arc::new(AtomicU32::new(0));
//! let counter = Arc::clone(&retries);
//! let observer = Observer::new(move |event| {
//!     if let ClientEvent::CallEnded { operation, attempts, end, elapsed, .. } = event {
//!         counter.fetch_add(attempts.saturating_sub(1), Ordering::Relaxed);
//!         println!("{} {end} {}s", operation.name, elapsed.as_secs_f64());
//!     }
//! });
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| client.observer(observer))
//!     .build()?;
//! sandbox.inject(Fault::status(502).once())?;
//!
//! trivore.users().list(&PageRequest::new()).await?;
//!
//! assert_eq!(retries.load(Ordering::Relaxed), 1);
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Request identifiers
//!
//! Every call has an `X-Request-Id` header with an identifier of its own, which all attempts of the
//! call share. If the server returns the header with an error, [`ApiError::request_id`] has it, and
//! [`ClientEvent::AttemptEnded`] has it for each attempt. To send an identifier of yours, set the
//! header with [`CallOptions::header`].
//!
//! # The history of a failed call
//!
//! [`Error::attempts`] lists the attempts of a failed call, each displayed as, for example,
//! `503 after 41 ms, waited 210 ms`. If there were several, `Display` of the error contains them.
//!
//! [`ApiError::request_id`]: crate::transport::ApiError::request_id
//! [`CallOptions::header`]: crate::transport::CallOptions::header
//! [`Error::attempts`]: crate::Error::attempts
//! [`ClientEvent`]: crate::transport::ClientEvent
//! [`ClientEvent::AttemptEnded`]: crate::transport::ClientEvent::AttemptEnded
//! [`Failure`]: crate::transport::Failure
//! [`Observer`]: crate::transport::Observer
//! [`attempt_layer`]: crate::transport::ClientBuilder::attempt_layer
//! [`transport_layer`]: crate::transport::ClientBuilder::transport_layer
//! [semantic conventions for HTTP]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
