//! Errors, and what to do after a failed write.
//!
//! Every call returns the same type, [`Error`]. It reports what happened, and whether the server
//! may have applied the call.
//!
//! # What happened
//!
//! Use the predicates of [`Error`] in match guards. Handle the cases that your program can do
//! something about, and return the others to your caller.
//!
//! ```
//! use trivore::models::{User, UserId};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! async fn find(trivore: &Trivore, id: &UserId) -> trivore::Result<Option<User>> {
//!     match trivore.users().get(id).await {
//!         Ok(user) => Ok(Some(user)),
//!         Err(error) if error.is_not_found() => Ok(None),
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! assert_eq!(find(&trivore, &"0123456789abcdef01234567".into()).await?, None);
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The predicates describe the last attempt. Only [`Error::may_have_been_applied`] considers all
//! attempts.
//!
//! | Predicate | Meaning |
//! |---|---|
//! | [`is_invalid_input`](crate::Error::is_invalid_input) | the SDK rejected the input; nothing was sent |
//! | [`is_configuration`](crate::Error::is_configuration) | the client is not configured correctly; the attempt was not sent |
//! | [`is_authorization`](crate::Error::is_authorization) | no access token could be obtained; the attempt was not sent |
//! | [`is_token_refused`](crate::Error::is_token_refused) | the token endpoint rejected the request with an OAuth error, for example for a wrong password |
//! | [`is_connect`](crate::Error::is_connect) | there was no connection, or the server refused the request unprocessed; the attempt was not applied |
//! | [`is_connection`](crate::Error::is_connection) | the connection failed while it carried the request |
//! | [`is_timeout`](crate::Error::is_timeout) | a time limit of the client expired |
//! | [`is_rate_limited`](crate::Error::is_rate_limited) | 429, or the client's own rate limit would exceed the deadline |
//! | [`is_bad_request`](crate::Error::is_bad_request), [`is_unauthorized`](crate::Error::is_unauthorized), [`is_forbidden`](crate::Error::is_forbidden), [`is_not_found`](crate::Error::is_not_found), [`is_conflict`](crate::Error::is_conflict) | 400, 401, 403, 404, 409 |
//! | [`is_server_error`](crate::Error::is_server_error) | a status of 500 or above |
//! | [`is_too_large`](crate::Error::is_too_large) | the response is larger than the client accepts |
//! | [`is_decode`](crate::Error::is_decode) | the response is not what the operation returns |
//!
//! Three more methods give details. [`Error::api`] returns the server's error response with its
//! status, message, headers and body. [`Error::missing_permission`] returns the permission that a
//! 403 names, such as `ACCOUNT_VIEW`. [`Error::attempts`] lists all attempts of the call, with how
//! each ended and how long the client waited after it.
//!
//! Decode errors report the JSON path, such as `resources[3].name.givenName`, never the value; see
//! [`Error::decode_error`].
//!
//! # Not an error
//!
//! Two results that other SDKs report as failures are values here, because the call itself
//! succeeded. For a password that the rules reject, it returns a [`PasswordUpdateResult`] with
//! `success: false` (observed). For a wrong verification code, it returns
//! [`SmsCodeCheck::Rejected`] (documented), or [`SmsCodeCheck::Unclear`] if the server responds
//! with 404 and does not say whether the code or the user is wrong.
//!
//! # After a failed write
//!
//! A write can fail although the server applied it: for example, the connection breaks after the
//! server created the user and before its response arrives. Ask [`Error::may_have_been_applied`]:
//!
//! - `false`: the server has certainly changed nothing. You may repeat the call later.
//! - `true`: the server may have applied this attempt or an earlier one of the same call. Look at
//!   the server's state before you repeat the call.
//!
//! The SDK never retries a create that may have been applied, so that it never creates a user
//! twice. [`Users::create_once`] looks the user up instead, since a username is unique in its
//! namespace, and creates it again only if nobody has the name. For other operations of which a
//! read can tell something, use [`Users::reconcile`]. What a read cannot tell, such as whether a
//! message was sent, stays unknown: do not repeat it.
//!
//! This example loses the response on purpose. The user exists, and the call finds it:
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
//! let lost = Fault::reset_after_applying().on(Method::POST, "/user").once();
//! sandbox.inject(lost)?;
//! let mut user = User::new();
//! user.namespace_code = Some("sandbox".into());
//! user.username = Some("maija".to_owned());
//!
//! let created = trivore.users().create_once(&user).await?;
//!
//! assert_eq!(created.user.username.as_deref(), Some("maija"));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! `create` with a generated password loses it when the call fails, and the service never returns
//! it. `create_once` knows the password of the user that it finds.
//!
//! # What errors contain
//!
//! `Display` is one line: the operation, what happened, and the attempts if there were several. A
//! create with a username has an operation of its own, `users.create_named`, because the user can
//! be looked up by that name afterwards.
//!
//! `Display` and `Debug` contain nothing that was sent. From a response, they quote the server's
//! error message, the OAuth error code, the request identifier, the media type if it is not JSON,
//! and the JSON path of a value that could not be decoded.
//!
//! [`ConfigError`] is the error of building a client. It converts into [`Error`] with `?`.
//!
//! [`ConfigError`]: crate::ConfigError
//! [`Error`]: crate::Error
//! [`Error::api`]: crate::Error::api
//! [`Error::attempts`]: crate::Error::attempts
//! [`Error::decode_error`]: crate::Error::decode_error
//! [`Error::may_have_been_applied`]: crate::Error::may_have_been_applied
//! [`Users::create_once`]: crate::Users::create_once
//! [`Users::reconcile`]: crate::Users::reconcile
//! [`Error::missing_permission`]: crate::Error::missing_permission
//! [`PasswordUpdateResult`]: crate::models::PasswordUpdateResult
//! [`SmsCodeCheck::Rejected`]: crate::users::SmsCodeCheck::Rejected
//! [`SmsCodeCheck::Unclear`]: crate::users::SmsCodeCheck::Unclear
