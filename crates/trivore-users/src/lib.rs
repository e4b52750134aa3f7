//! The user service of the Trivore ID Management API: one method for each operation.
//!
//! [`Users`] sends calls through any [`Client`](trivore_transport::Client). Its inputs and results
//! are types of [`trivore_models`]. Most programs depend on the facade crate `trivore`, which
//! builds `Users` from an address and credentials.
//!
//! # Examples
//!
//! ```
//! use trivore_transport::{Body, BoxError, Client};
//! use trivore_users::Users;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), trivore_users::Error> {
//! // Any tower service works; the facade uses HTTP by default.
//! let service = tower::service_fn(async |_: http::Request<Body>| {
//!     Ok::<_, BoxError>(http::Response::new(r#"{"id":"5b0cfba4e2bb230ff8b535e6"}"#.to_owned()))
//! });
//! let users = Users::new(Client::new(service));
//!
//! let user = users.get(&"5b0cfba4e2bb230ff8b535e6".into()).await?;
//!
//! assert_eq!(user.id.unwrap().as_str(), "5b0cfba4e2bb230ff8b535e6");
//! # Ok(())
//! # }
//! ```
//!
//! # Operations
//!
//! A call that fails with an unknown outcome is retried only if its operation is safe or
//! idempotent, as the last column says. [`Users::operations`] returns this table as data.
//!
//! | Method | Endpoint | Repeating it |
//! |---|---|---|
//! | [`list`](Users::list) | `GET /api/rest/v1/user` | safe |
//! | [`create`](Users::create) | `POST /api/rest/v1/user` | not idempotent |
//! | [`create`](Users::create) with a username | `POST /api/rest/v1/user` | not idempotent, can be looked up |
//! | [`get`](Users::get) | `GET /api/rest/v1/user/{userId}` | safe |
//! | [`update`](Users::update) | `PUT /api/rest/v1/user/{userId}` | idempotent |
//! | [`delete`](Users::delete) | `DELETE /api/rest/v1/user/{userId}` | idempotent, 404 on a repeat means done |
//! | [`legal_info`](Users::legal_info) | `GET /api/rest/v1/user/{userId}/legal` | safe |
//! | [`verify_email`](Users::verify_email) | `POST /api/rest/v1/user/{userId}/email/verify` | touches a person |
//! | [`send_sms_code`](Users::send_sms_code) | `POST /api/rest/v1/user/{userId}/sms/verify/send` | touches a person |
//! | [`check_sms_code`](Users::check_sms_code) | `POST /api/rest/v1/user/{userId}/sms/verify/check/{code}` | one-shot |
//! | [`send_sms_link`](Users::send_sms_link) | `POST /api/rest/v1/user/{userId}/sms/verify/sendLink` | touches a person |
//! | [`invite`](Users::invite) | `POST /api/rest/v1/invite/user` | touches a person |
//! | [`enterprise`](Users::enterprise) | `GET /api/rest/v1/user/{userId}/enterprise` | safe |
//! | [`update_enterprise`](Users::update_enterprise) | `PUT /api/rest/v1/user/{userId}/enterprise` | idempotent |
//! | [`custom_fields`](Users::custom_fields) | `GET /api/rest/v1/user/{userId}/customfields` | safe |
//! | [`update_custom_fields`](Users::update_custom_fields) | `POST /api/rest/v1/user/{userId}/customfields` | idempotent |
//! | [`delete_custom_fields`](Users::delete_custom_fields) | `DELETE /api/rest/v1/user/{userId}/customfields` | idempotent |
//! | [`password_requirements`](Users::password_requirements) | `GET /api/rest/v1/user/{userId}/password/requirements` | safe |
//! | [`change_password`](Users::change_password) | `PUT /api/rest/v1/user/{userId}/password` | one-shot |
//! | [`strong_identification`](Users::strong_identification) | `GET /api/rest/v1/user/{userId}/strongidentification` | safe |
//! | [`report_strong_identification`](Users::report_strong_identification) | `POST /api/rest/v1/user/{userId}/strongidentification` | not idempotent |
//! | [`strong_identification_history`](Users::strong_identification_history) | `GET /api/rest/v1/user/{userId}/strongidentification/history` | safe |
//! | [`strong_identification_entry`](Users::strong_identification_entry) | `GET /api/rest/v1/user/{userId}/strongidentification/history/{entryId}` | safe |
//! | [`start_strong_identification`](Users::start_strong_identification) | `POST /api/rest/v1/user/{userId}/strongidentification/interactive` | not idempotent |
//! | [`custom_permissions`](Users::custom_permissions) | `GET /api/rest/v1/user/{userId}/permissions/custom` | safe |
//! | [`update_custom_permissions`](Users::update_custom_permissions) | `PUT /api/rest/v1/user/{userId}/permissions/custom` | idempotent |
//! | [`effective_permissions`](Users::effective_permissions) | `GET /api/rest/v1/user/{userId}/permissions/effective` | safe |
//! | [`builtin_roles`](Users::builtin_roles) | `GET /api/rest/v1/user/{userId}/roles/builtin` | safe |
//! | [`update_builtin_roles`](Users::update_builtin_roles) | `PUT /api/rest/v1/user/{userId}/roles/builtin` | idempotent |
//! | [`custom_roles`](Users::custom_roles) | `GET /api/rest/v1/user/{userId}/roles/custom` | safe |
//! | [`update_custom_roles`](Users::update_custom_roles) | `PUT /api/rest/v1/user/{userId}/roles/custom` | idempotent |
//! | [`migrate_namespace`](Users::migrate_namespace) | `POST /api/rest/v1/user/{userId}/migratenamespace` | not idempotent |
//! | [`student_state`](Users::student_state) | `GET /api/rest/v1/user/{userId}/student/state` | safe |
//! | [`update_student_state`](Users::update_student_state) | `POST /api/rest/v1/user/{userId}/student/state` | not idempotent |
//! | [`group_membership`](Users::group_membership) | `GET /api/rest/v1/user/{userId}/groupmembership` | safe |
//! | [`external_permissions`](Users::external_permissions) | `GET /api/rest/v1/user/{userId}/externalpermissions` | safe |
//! | [`external_permission`](Users::external_permission) | `GET /api/rest/v1/externalpermission/group/{groupId}/permission/{permissionId}` | safe |
//! | [`profile`](Users::profile) | `GET /api/rest/v1/user/{userId}/profile` | safe |
//! | [`update_profile`](Users::update_profile) | `PUT /api/rest/v1/user/{userId}/profile` | idempotent |
//!
//! [`Users::apply`] sends the call of `update` with [`Changes`](trivore_models::Changes), which can
//! clear fields. [`Users::create_keeping_password`] sends that of `create` after the generated
//! password was kept.
//!
//! # Operations that send several calls
//!
//! - [`Users::pages`], [`Users::items`] and [`Users::items_as`] stream whole lists.
//! - [`Users::modify`] reads a user, lets you edit it, and writes only the changed fields.
//!   [`Users::modify_if_unchanged`] starts again if someone else changed the user meanwhile.
//! - [`Users::add_to_groups`], [`Users::remove_from_groups`] and [`Users::set_groups`] read, compute
//!   and write once, as do the same methods for roles and permissions.
//! - [`Users::custom_field`] and [`Users::set_custom_field`] read and write one custom field of any
//!   type.
//! - [`Users::create_many`] creates users concurrently.
//! - [`Users::create_once`] creates a user, and looks it up if the response is lost.
//! - [`Users::reconcile`] looks up what became of a call whose outcome is unknown.
//! - [`Bulk`] runs any operation for many items, and continues after a failure.

mod accounts;
mod bulk;
mod changed_since;
mod create_many;
mod custom_fields;
mod drift;
mod dry_run;
mod enterprise;
mod external_permissions;
mod group_membership;
mod group_sets;
mod instant;
mod invite;
mod items;
mod json_scanner;
mod legal;
mod list_cursor;
mod list_passes;
mod modify;
mod modify_if_unchanged;
mod namespace_migration;
mod operations;
mod page_call;
mod page_lengths;
mod page_progress;
mod page_queue;
mod page_rows;
mod page_size;
mod pages;
mod password;
mod password_chain;
mod password_generator;
mod permission_sets;
mod permissions;
mod profile;
#[cfg(doctest)]
mod readme;
mod reconcile;
mod role_sets;
mod roles;
mod row_facts;
mod row_id;
mod seen_rows;
mod set_change;
mod strong_identification;
mod student;
mod users;
mod verification;

pub use accounts::CreatedUser;
pub use bulk::{
    Bulk, BulkHandle, BulkItem, BulkOptions, BulkOutcome, BulkProgress, BulkReport, BulkRun,
    BulkStop, FileJournal, Journal, JournalError, JournalRecord, JournalState, RecordedState,
    SyncPolicy,
};
pub use drift::Drift;
pub use items::Items;
pub use list_cursor::ListCursor;
pub use modify::IncompleteChange;
pub use modify_if_unchanged::ChangedMeanwhile;
pub use page_rows::UnreadableRow;
pub use pages::Pages;
pub use password_generator::PasswordGenerator;
pub use reconcile::{CreateOutcome, FailedLookUp, FoundUser, Reconcile, Reconciled};
pub use set_change::SetChange;
pub use trivore_transport::{Error, Operation, Result, Safety};
pub use users::Users;
pub use verification::SmsCodeCheck;

/// The operations of each resource, in the order of the table.
const RESOURCES: &[&[&Operation]] = &[
    accounts::OPERATIONS,
    legal::OPERATIONS,
    verification::OPERATIONS,
    invite::OPERATIONS,
    enterprise::OPERATIONS,
    custom_fields::OPERATIONS,
    password::OPERATIONS,
    strong_identification::OPERATIONS,
    permissions::OPERATIONS,
    roles::OPERATIONS,
    namespace_migration::OPERATIONS,
    student::OPERATIONS,
    group_membership::OPERATIONS,
    external_permissions::OPERATIONS,
    profile::OPERATIONS,
];
