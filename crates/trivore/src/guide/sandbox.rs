//! Tests against the sandbox.
//!
//! `trivore-sandbox` is a local server that behaves like the service. It listens on a free port of
//! `127.0.0.1`, keeps everything in memory, and stops when dropped, so that each test can have one
//! of its own. Add it to your development dependencies; the examples also need `serde_json` and
//! `http`:
//!
//! ```console
//! cargo add --dev trivore-sandbox serde_json http
//! ```
//!
//! # A test
//!
//! ```
//! use serde_json::json;
//! use trivore::models::{EmailVerification, UserId};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .build()?;
//! let id = sandbox.add_user(json!({"emails": [{"address": "maija@example.com"}]}))?;
//!
//! // What your program does.
//! trivore.users().verify_email(&UserId::from(id), &EmailVerification::default()).await?;
//!
//! // The sandbox sends nothing: messages are in its outbox.
//! let outbox = sandbox.outbox();
//! assert!(outbox.last_link("maija@example.com").is_some());
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! To verify the address, open the link with a `GET`, as a browser would.
//! `outbox.last_sms_code(number)` returns the code of a text message.
//!
//! The sandbox has one namespace, `sandbox`, which is the primary one of its client: a user without
//! `namespace_code` is created there. Add others with `add_namespace`.
//!
//! `add_user`, `add_namespace`, `add_group` and `add_custom_role` prepare data, also with fields
//! that clients cannot set, such as `verified`. `requests` returns the requests that arrived,
//! `ledger` the changes that were applied, and `advance_clock` moves the sandbox's clock forward,
//! past the expiration of a code or a token.
//!
//! # Permissions
//!
//! The default client may do everything. To test with fewer permissions, add a client:
//!
//! ```
//! use trivore::models::User;
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::{ApiClient, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! sandbox.create_api_client(ApiClient::new("reader", "secret").permissions(["ACCOUNT_VIEW"]));
//! let reader = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic("reader", "secret"))
//!     .build()?;
//!
//! let error = reader.users().create(&User::new()).await.unwrap_err();
//!
//! assert_eq!(error.missing_permission(), Some("ACCOUNT_MODIFY"));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Faults
//!
//! A `Fault` makes matching requests fail. Some faults occur before the call is applied and some
//! after it, so that you can test what your program does if a response
//! is lost:
//!
//! ```
//! use http::Method;
//! use trivore::models::User;
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! // The sandbox creates the user and resets the connection before it responds.
//! let lost = sandbox.inject(Fault::reset_after_applying().on(Method::POST, "/user").once())?;
//!
//! let error = trivore.users().create(&User::new()).await.unwrap_err();
//!
//! assert!(error.may_have_been_applied());
//! assert_eq!((sandbox.ledger().len(), lost.hits()), (1, 1));
//!
//! // The server is down for two requests; reads are retried.
//! let down = Fault::status(503).header("retry-after", "0").on(Method::GET, "/user").times(2);
//! sandbox.inject(down)?;
//! trivore.users().list(&Default::default()).await?;
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! | Faults | Effect |
//! |---|---|
//! | `status`, `html_page` | an error response; the call is not applied |
//! | `apply_then_status`, `apply_then_html_page` | an error response; the call is applied |
//! | `no_response`, `no_response_after_applying` | no response until the client disconnects |
//! | `delay`, `delay_before_applying` | a late response |
//! | `reset_before`, `reset_after_reading`, `reset_after_applying` | the connection is reset |
//! | `close_before`, `close_after_applying`, `close_connection` | the connection is closed |
//! | `cut_body`, `stall_body`, `drip` | an incomplete or slow body |
//! | `malformed_json`, `truncated_json`, `content_type` | a body that cannot be read |
//! | `oversized_body`, `oversized_stream` | a large body |
//! | `rate_limit` | 429 above a rate |
//! | `expire_tokens`, `revoke_tokens` | tokens become invalid |
//!
//! # For other languages and processes
//!
//! The program `trivore-sandbox` runs the same server as a separate process. In a clone of the
//! repository:
//!
//! ```console
//! cargo run -p trivore-sandbox -- --listen 127.0.0.1:8478 --properties sandbox.properties
//! ```
//!
//! Elsewhere, install it first with `cargo install --path PATH/crates/trivore-sandbox`.
//!
//! The first line of its output is `listening on` and the URL. The properties file has all keys
//! that the vendor's SDKs read, so that these run against the sandbox unchanged. Outbox, requests,
//! ledger and faults are available over HTTP under `/sandbox/`, without credentials.
//!
//! # What it does not prove
//!
//! The service's API description is not public. If the public documents say little about a
//! behavior, or contradict each other, the sandbox has a rule for it, which
//! `trivore_sandbox::Rules` lists with its default. If your program relies on such a behavior, test
//! it with both settings of the rule.
