//! Coming from the vendor's Python SDK.
//!
//! This guide is for programs that use `trivoreid` 2.0.10, the vendor's SDK for Python. Every
//! method of its `user_service` has a counterpart in [`Users`], and both SDKs read the same
//! properties file, so that a deployment can keep its file.
//!
//! # The first call
//!
//! In Python, `TrivoreID()` reads `/etc/trivoreid/client_sdk.properties`:
//!
//! ```python
//! from trivoreid.client import TrivoreID
//!
//! api = TrivoreID()
//! user = api.user_service.get("5b0cfba4e2bb230ff8b535e6")
//! ```
//!
//! In Rust, you name the file:
//!
//! ```no_run
//! use trivore::{Trivore, TrivoreBuilder};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let trivore = Trivore::from_properties(TrivoreBuilder::DEFAULT_PROPERTIES)?;
//! let user = trivore.users().get(&"5b0cfba4e2bb230ff8b535e6".into()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! If your program has no async code, see [`synchronous`](super::synchronous).
//!
//! # Methods
//!
//! Both SDKs send the same method and path, and the same query and body except as described below.
//! Paths are relative to `/api/rest/v1`.
//!
//! | Python: `user_service` | Sends | Rust: `trivore.users()` |
//! |---|---|---|
//! | `get_all` | `GET /user` | [`list`](crate::Users::list) for one page, [`pages`](crate::Users::pages), [`items`](crate::Users::items) for all |
//! | `create` | `POST /user` | [`create`](crate::Users::create), [`create_many`](crate::Users::create_many) |
//! | `get` | `GET /user/{userId}` | [`get`](crate::Users::get) |
//! | `update` | `PUT /user/{userId}` | [`modify`](crate::Users::modify), [`update`](crate::Users::update), [`apply`](crate::Users::apply) |
//! | `delete` | `DELETE /user/{userId}` | [`delete`](crate::Users::delete) |
//! | `get_legal_info` | `GET /user/{userId}/legal` | [`legal_info`](crate::Users::legal_info) |
//! | `verify_email` | `POST /user/{userId}/email/verify` | [`verify_email`](crate::Users::verify_email) |
//! | `verify_sms_code` | `POST /user/{userId}/sms/verify/send` | [`send_sms_code`](crate::Users::send_sms_code) |
//! | `verify_sms_code_check` | `POST /user/{userId}/sms/verify/check/{code}` | [`check_sms_code`](crate::Users::check_sms_code) |
//! | `verify_sms_link` | `POST /user/{userId}/sms/verify/sendLink` | [`send_sms_link`](crate::Users::send_sms_link) |
//! | `invite` | `POST /invite/user` | [`invite`](crate::Users::invite) |
//! | `get_enterprise` | `GET /user/{userId}/enterprise` | [`enterprise`](crate::Users::enterprise) |
//! | `update_enterprise` | `PUT /user/{userId}/enterprise` | [`update_enterprise`](crate::Users::update_enterprise) |
//! | `get_custom_fields` | `GET /user/{userId}/customfields` | [`custom_fields`](crate::Users::custom_fields) |
//! | `update_custom_fields` | `POST /user/{userId}/customfields` | [`update_custom_fields`](crate::Users::update_custom_fields) |
//! | `delete_custom_fields` | `DELETE /user/{userId}/customfields` | [`delete_custom_fields`](crate::Users::delete_custom_fields) |
//! | `get_password_requirements` | `GET /user/{userId}/password/requirements` | [`password_requirements`](crate::Users::password_requirements) |
//! | `change_password` | `PUT /user/{userId}/password` | [`change_password`](crate::Users::change_password) |
//! | `get_strong_identification` | `GET /user/{userId}/strongidentification` | [`strong_identification`](crate::Users::strong_identification) |
//! | `report_strong_identification` | `POST /user/{userId}/strongidentification` | [`report_strong_identification`](crate::Users::report_strong_identification) |
//! | `get_strong_identification_history` | nothing: it always fails | [`strong_identification_history`](crate::Users::strong_identification_history) |
//! | `get_strong_identification_history_entry` | nothing: it always fails | [`strong_identification_entry`](crate::Users::strong_identification_entry) |
//! | `get_custom_permissions` | `GET /user/{userId}/permissions/custom` | [`custom_permissions`](crate::Users::custom_permissions) |
//! | `update_custom_permissions` | `PUT /user/{userId}/permissions/custom` | [`update_custom_permissions`](crate::Users::update_custom_permissions) |
//! | `get_effective_permissions` | `GET /user/{userId}/permissions/effective` | [`effective_permissions`](crate::Users::effective_permissions) |
//! | `get_builtin_roles` | `GET /user/{userId}/roles/builtin` | [`builtin_roles`](crate::Users::builtin_roles) |
//! | `update_builtin_roles` | `PUT /user/{userId}/roles/builtin` | [`update_builtin_roles`](crate::Users::update_builtin_roles) |
//! | `get_custom_roles` | `GET /user/{userId}/roles/custom` | [`custom_roles`](crate::Users::custom_roles) |
//! | `update_custom_roles` | `PUT /user/{userId}/roles/custom` | [`update_custom_roles`](crate::Users::update_custom_roles) |
//! | `migrate_namespace` | `POST /user/{userId}/migratenamespace` | [`migrate_namespace`](crate::Users::migrate_namespace) |
//! | `get_student_state` | `GET /user/{userId}/student/state` | [`student_state`](crate::Users::student_state) |
//! | `update_student_state` | `POST /user/{userId}/student/state` | [`update_student_state`](crate::Users::update_student_state) |
//!
//! `profile_service.get` and `profile_service.update` are [`profile`](crate::Users::profile) and
//! [`update_profile`](crate::Users::update_profile).
//! All other operations of [`Users`] have no counterpart in Python.
//! `get_custom_fields` returns bytes, [`custom_fields`](crate::Users::custom_fields) a map.
//! Namespaces, groups and the other services are not part of this SDK; [`Client::send`] sends any
//! call of the Management API.
//!
//! # Updates send only what is set
//!
//! In Python, `update` sends every field that it knows. A `User` that a program builds itself thus
//! unlocks the account, revokes all consents and empties lists such as `memberOf`. A user that it
//! reads lacks the fields that the SDK does not know, so that an update can lose them.
//!
//! In Rust, a field that is `None` is not sent, and the service keeps what it has (inferred).
//! Fields that the SDK does not know are kept and sent back. To clear a field, use
//! [`Users::modify`], which sends `null` for it:
//!
//! ```
//! use trivore::models::User;
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! # let trivore = Trivore::builder(sandbox.url())
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .build()?;
//! let mut user = User::new();
//! user.nick_name = Some("Maikki".to_owned());
//! user.title = Some("Dr.".to_owned());
//! let id = trivore.users().create(&user).await?.user.id.unwrap();
//!
//! trivore.users().modify(&id, |user| user.title = None).await?;
//!
//! let user = trivore.users().get(&id).await?;
//! assert_eq!(user.title, None);
//! assert_eq!(user.nick_name.as_deref(), Some("Maikki"));
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! For the same reason, an expiration that you do not give is not sent with a verification, and the
//! server's policy decides; Python sends 7 days.
//!
//! # Errors
//!
//! Python raises `TrivoreIDException` with a status, or another exception of the SDK, of `requests`
//! or of the interpreter. In Rust, every call returns one [`Error`] with predicates, and
//! [`Error::may_have_been_applied`] reports whether a failed write may have been applied; see
//! [`errors`](super::errors).
//!
//! `verify_sms_code_check` returns `False` for any 404. [`Users::check_sms_code`] returns
//! [`SmsCodeCheck`], and an error if the server says that the user is unknown.
//!
//! Python sets no timeout and never retries. Rust has timeouts and retries by default; see
//! [`limits`](super::limits).
//!
//! # Generated passwords
//!
//! Both SDKs generate a password of 15 characters if you give none. Python uses a random number
//! generator that is not cryptographically secure, and only letters and digits, and leaves the
//! password in the `User` that you passed. Rust uses the operating system's generator and lowercase
//! and uppercase letters, digits and symbols, and returns the password in
//! [`CreatedUser::password`]. [`PasswordGenerator`] generates passwords for
//! [`PasswordRequirements`].
//!
//! # The properties file
//!
//! The keys and their meaning are the same; see [`TrivoreBuilder::from_properties`]. If the file
//! has a client of the Management API and a user, both SDKs use the client; to sign in as the user,
//! call [`TrivoreBuilder::sign_in_as_user`]. Two details differ:
//!
//! - Python ignores every line whose value contains `=`, such as a secret in Base64. Rust reads the
//!   file by the rules of `java.util.Properties`.
//! - Python sends the username and password in the query of the token request, where logs record
//!   them. Rust sends them in the body, and refreshes the token.
//!
//! # Lists and filters
//!
//! Positions are 0-based in both SDKs. A page has 100 users by default and 500 at most. In Python,
//! you write the loop over pages; in Rust, [`Users::items`] streams all users. Filters look
//! similar, but Rust escapes values, so that no value can change the filter:
//!
//! | Python | Rust |
//! |---|---|
//! | `Filter(Filter.EQUAL, "nsCode", "x")` | `Filter::eq("nsCode", "x")` |
//! | `Filter().and_filters(a, b)` | `a.and(b)` |
//! | `get_all(filter, 100, 500)` | `list(&PageRequest::new().filter(filter).start_index(100).count(500))` |
//!
//! In the same way, an identifier never changes the path of a request: special characters are
//! encoded.
//!
//! [`Client::send`]: crate::transport::Client::send
//! [`CreatedUser::password`]: crate::users::CreatedUser::password
//! [`Error`]: crate::Error
//! [`Error::may_have_been_applied`]: crate::Error::may_have_been_applied
//! [`PasswordGenerator`]: crate::users::PasswordGenerator
//! [`PasswordRequirements`]: crate::models::PasswordRequirements
//! [`SmsCodeCheck`]: crate::users::SmsCodeCheck
//! [`TrivoreBuilder::from_properties`]: crate::TrivoreBuilder::from_properties
//! [`TrivoreBuilder::sign_in_as_user`]: crate::TrivoreBuilder::sign_in_as_user
//! [`Users`]: crate::Users
//! [`Users::check_sms_code`]: crate::Users::check_sms_code
//! [`Users::items`]: crate::Users::items
//! [`Users::modify`]: crate::Users::modify
