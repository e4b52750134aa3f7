//! Retries, rate limits and deadlines.
//!
//! The defaults suit most programs: a call makes up to three attempts and ends after 90 seconds
//! at the latest. This guide explains what they do and how to change them, for a client with
//! [`ClientBuilder`] or for some calls with [`CallOptions`].
//!
//! # Deadlines
//!
//! A call has one deadline, 90 seconds after it starts. It covers everything: waiting for a rate
//! limit or an access token, all attempts, and the waits between them. If a wait would pass the
//! deadline, the call fails immediately. Each attempt has a limit of its own: 30 seconds from the
//! time its request has a connection to the last byte of the response. A request waits for a
//! connection for up to five seconds ([`Connector::connect_timeout`]).
//!
//! ```no_run
//! use std::time::Duration;
//! use trivore::models::UserId;
//! use trivore::transport::CallOptions;
//! use trivore::{Credentials, Trivore};
//!
//! # async fn example(id: UserId) -> Result<(), Box<dyn std::error::Error>> {
//! let trivore = Trivore::builder("https://id.example.com")
//!     .credentials(Credentials::basic("9939129297585525", "secret"))
//!     .timeout(Duration::from_secs(20))
//!     .configure(|client| client.attempt_timeout(Duration::from_secs(5)))
//!     .build()?;
//! // For one call.
//! let quick = CallOptions::new().timeout(Duration::from_secs(2));
//! let user = trivore.users().with(quick).get(&id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Retries
//!
//! The outcome of an attempt and the [`Safety`] of the operation decide about a retry. All methods
//! of [`Users`] set their safety. In a call of your own it follows from the HTTP method, unless you
//! set it with [`Call::safety`].
//!
//! | Safety | Retried after |
//! |---|---|
//! | safe | never sent, rejected token, 421 and 425, 429, 503 with `Retry-After`, unknown outcome |
//! | idempotent | never sent, rejected token, 421 and 425, 429, 503 with `Retry-After`, unknown outcome |
//! | idempotent, 404 on a repeat means done | never sent, rejected token, 421 and 425, 429, 503 with `Retry-After`, unknown outcome |
//! | not idempotent, can be looked up | never sent, rejected token, 421 and 425, 429 |
//! | not idempotent | never sent, rejected token, 421 and 425, 429 |
//! | touches a person | never sent, rejected token, 421 and 425, 429 |
//! | one-shot | never sent, rejected token, 421 and 425, 429 |
//!
//! The table of operations in [`trivore_users`](crate::users) has the safety of each, and
//! [`Users::operations`] has it as data. The safeties that need an explanation are:
//!
//! - *can be looked up*: after an unknown outcome, search for the user by its name before you
//!   repeat the call.
//! - *touches a person*: a repetition would send a second message.
//! - *one-shot*: the code or password is used up.
//!
//! The outcomes are:
//!
//! - *never sent*: there was no connection within the connect timeout, nothing was written to it,
//!   or an HTTP/2 server refused the request without processing it (`REFUSED_STREAM`, `GOAWAY`).
//! - *rejected token*: the server rejected the access token with 401, and the client can get
//!   another one. Such a call is repeated once, immediately, even without a retry policy. The
//!   repetition is an attempt like every other, but it uses up no retry.
//! - *421 and 425*: the server did not process the request.
//! - *429*: the server rejected the request because of a rate limit, and did nothing.
//! - *503 with `Retry-After`*: the server is unavailable for now.
//! - *unknown outcome*: the server may have applied the request. The attempt timed out after the
//!   request was sent, the connection failed, or the response was 408, 499, or a 5xx other than
//!   501, 505 to 508, 510 and 511, which are never retried.
//!
//! Waits use exponential backoff with full jitter: up to 200 ms before the second attempt, up to
//! twice as long before each further one, and never more than 20 s. A wait that the server requests
//! with `Retry-After` is never shortened. If the server requests more than an hour, the call fails
//! immediately, even without a deadline.
//!
//! All clones of a client share a retry budget, so that an outage does not multiply the load: over
//! ten seconds, retries are at most a fifth of the calls, plus ten a second.
//!
//! This example makes the server fail twice. The call succeeds with its third attempt:
//!
//! ```
//! use std::time::Duration;
//! use http::Method;
//! use trivore::models::PageRequest;
//! use trivore::transport::{CallOptions, RetryPolicy};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| client.retry(RetryPolicy::backoff().base_delay(Duration::from_millis(10))))
//!     .build()?;
//! sandbox.inject(Fault::status(502).on(Method::GET, "/user").times(2))?;
//! trivore.users().list(&PageRequest::new()).await?;
//! assert_eq!(sandbox.requests().len(), 3);
//!
//! // Without retries, the first failure is the result.
//! sandbox.inject(Fault::status(502).on(Method::GET, "/user").once())?;
//! let once = trivore.users().with(CallOptions::new().retry(RetryPolicy::off()));
//! let error = once.list(&PageRequest::new()).await.unwrap_err();
//! assert!(error.is_server_error() && error.attempts().len() == 1);
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! [`RetryPolicy::custom`] takes a function of your own. [`ClientBuilder::no_retry_budget`] removes
//! the budget.
//!
//! # Rate limits
//!
//! After a 429, or a 503 with `Retry-After`, calls in the scope of the rejection pause until the
//! time that the server gives; if it gives several, until the latest of them. If it gives none, the
//! pause is one second, and doubles with each further rejection in a row, up to 30 s. Requests are
//! then sent one by one, 50 ms apart at first and then at shrinking intervals. If these are rejected
//! as well, requests continue at four fifths of the rejected rate, which then grows slowly: a client
//! that sends many requests finds the server's rate. Rate limit headers that report that no request
//! remains have the same effect in advance; which of them the service sends is not public.
//!
//! What the service limits is not public, either: an API client, an operation, or one user's text
//! messages of a day. The scope of a pause is therefore as narrow as the evidence allows:
//!
//! | Scope | Pauses when |
//! |---|---|
//! | subject: the same operation for the same user | a call for the user is rejected |
//! | operation | a call without a user is rejected, such as `list` or `create`; or calls for three users are, among the operation's last twelve responses |
//! | client, with all its clones | three operations are rejected, for three users, among the client's last twelve responses; or headers say that the limit is the client's |
//!
//! A wider pause that no header declares is only inferred. It lasts a second; then one request is
//! sent to find out whether it is right. If that is accepted, the pause ends. If not, the next
//! request is sent after two seconds, then after four, and so on up to 30 s. So users who are over
//! their own limits stop the others for about a second, and a server that refuses everything for
//! ten minutes gets about 30 requests. The rejected users themselves pause until the server's time.
//!
//! Only the server's own responses count, not those that your layers make up or change.
//! [`RateLimit::scope`] sets the narrowest scope; with `RateLimitScope::Client`, every rejection
//! pauses the whole client. An [`Observer`] receives an event for each pause.
//!
//! There is no steady rate by default. A [`RateLimit`] adds one. If you know the server's rate, set
//! it: to find it takes some rejections, and each costs a pause. To share it among several clients,
//! build a [`RateLimiter`] from it, and pass clones to their builders. A call that would have to
//! wait beyond its deadline fails immediately, and [`Error::retry_after`] reports the required
//! wait.
//!
//! ```
//! use std::time::Duration;
//! use trivore::models::PageRequest;
//! use trivore::transport::{CallOptions, RateLimit, RateLimiter};
//! use trivore::{Credentials, Trivore};
//! # use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! // One request every ten seconds.
//! let limit = RateLimit::new().per_second(0.1);
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| client.rate_limit(limit))
//!     .build()?;
//! trivore.users().list(&PageRequest::new()).await?;
//!
//! let quick = trivore.users().with(CallOptions::new().timeout(Duration::from_secs(1)));
//! let error = quick.list(&PageRequest::new()).await.unwrap_err();
//!
//! assert!(error.is_rate_limited());
//! assert!(error.retry_after() > Some(Duration::from_secs(5)));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Concurrency and size
//!
//! [`ClientBuilder::max_concurrency`] limits the number of concurrent requests of all clones; there
//! is no limit by default. Further requests wait, or fail immediately with
//! [`ClientBuilder::shed_load`]. A call that pauses, waits for the rate or waits for an access
//! token does not count: one user's pause takes nothing from the others.
//! [`BulkOptions::concurrency`] limits the calls of one [`Users::create_many`], eight by default.
//! [`ClientBuilder::max_response_size`] limits the size of a response, 32 MiB by default.
//!
//! There are at most 256 connections to a host for each tokio runtime
//! ([`Connector::max_connections`]). Over HTTP/1.1, further requests wait for one within the connect
//! timeout; over HTTP/2, requests share connections.
//!
//! [`BulkOptions::concurrency`]: crate::users::BulkOptions::concurrency
//! [`Call::safety`]: crate::transport::Call::safety
//! [`CallOptions`]: crate::transport::CallOptions
//! [`ClientBuilder`]: crate::transport::ClientBuilder
//! [`ClientBuilder::max_concurrency`]: crate::transport::ClientBuilder::max_concurrency
//! [`ClientBuilder::max_response_size`]: crate::transport::ClientBuilder::max_response_size
//! [`ClientBuilder::no_retry_budget`]: crate::transport::ClientBuilder::no_retry_budget
//! [`ClientBuilder::shed_load`]: crate::transport::ClientBuilder::shed_load
//! [`Connector::connect_timeout`]: crate::transport::Connector::connect_timeout
//! [`Connector::max_connections`]: crate::transport::Connector::max_connections
//! [`Error::retry_after`]: crate::Error::retry_after
//! [`Observer`]: crate::transport::Observer
//! [`RateLimiter`]: crate::transport::RateLimiter
//! [`RateLimit`]: crate::transport::RateLimit
//! [`RateLimit::scope`]: crate::transport::RateLimit::scope
//! [`RetryPolicy::custom`]: crate::transport::RetryPolicy::custom
//! [`Safety`]: crate::transport::Safety
//! [`Users`]: crate::Users
//! [`Users::create_many`]: crate::Users::create_many
//! [`Users::operations`]: crate::Users::operations
