//! Types and futures that can be sent to other threads.

use std::fmt::Debug;

use futures_util::stream::BoxStream;
use trivore::models::{self, PageRequest, User, UserId};
use trivore::transport::{self, Call};
use trivore::users::{self, BulkOptions};
use trivore::{ConfigError, Credentials, Error, Trivore, TrivoreBuilder, Users};
use trivore_tests::Recorder;

const fn everywhere<T: Send + Sync + Debug + Unpin + 'static>() {}
const fn cloned<T: Clone + Send + Sync + Debug + 'static>() {}
const fn value<T: Clone + PartialEq + Send + Sync + Debug + 'static>() {}
const fn default_value<T: Default + Clone + PartialEq + Send + Sync + Debug + 'static>() {}
const fn error<T: std::error::Error + Send + Sync + 'static>() {}
const fn sent<T: Send + Unpin + 'static>() {}

/// A response type that is neither `Send` nor `Clone`. A [`Call`] of it must be `Send` regardless.
struct NeitherSendNorClone(std::marker::PhantomData<*const ()>);

/// Compile-time checks.
const _: () = {
    cloned::<Trivore>();
    cloned::<Users>();
    cloned::<transport::Client>();
    cloned::<trivore::blocking::Trivore>();
    cloned::<trivore::blocking::Users>();
    cloned::<trivore::blocking::Client>();
    sent::<trivore::blocking::Items>();
    sent::<trivore::blocking::Pages<User>>();
    cloned::<transport::DryRun>();
    cloned::<transport::PlannedRequest>();
    value::<transport::CheckReport>();
    value::<transport::CheckStep>();
    cloned::<Credentials>();
    everywhere::<TrivoreBuilder>();
    everywhere::<transport::ClientBuilder>();
    everywhere::<Call<NeitherSendNorClone>>();
    value::<transport::Operation>();
    value::<transport::RequestPath>();
    value::<transport::BaseUrl>();
    value::<transport::Safety>();
    cloned::<transport::ApiError>();
    cloned::<transport::Connector>();
    value::<transport::Connections>();
    value::<transport::HttpVersions>();
    value::<transport::TlsBackend>();
    cloned::<transport::Delivery>();
    cloned::<transport::Next>();
    sent::<transport::Body>();
    sent::<users::Pages<User>>();
    sent::<users::Items>();
    value::<users::CreateOutcome>();
    sent::<users::Items<std::cell::Cell<u8>>>();
    value::<users::Drift>();
    value::<users::ListCursor>();
    value::<users::CreatedUser>();
    sent::<users::Bulk<User, UserId>>();
    cloned::<users::BulkHandle>();
    everywhere::<users::BulkItem<UserId>>();
    value::<BulkOptions>();
    value::<users::BulkProgress>();
    value::<users::BulkReport>();
    sent::<users::BulkRun<'_, User, UserId>>();
    everywhere::<users::FileJournal>();
    value::<users::JournalRecord>();
    everywhere::<users::JournalState>();
    cloned::<users::PasswordGenerator>();
    cloned::<users::Reconcile>();
    value::<users::Reconciled<User>>();
    value::<users::SetChange<UserId>>();
    value::<users::SmsCodeCheck>();
};

const _: () = {
    error::<Error>();
    error::<ConfigError>();
    error::<transport::BuildError>();
    error::<transport::DecodeError>();
    error::<transport::InvalidAddress>();
    error::<transport::InvalidCredentials>();
    error::<transport::InvalidPath>();
    error::<users::ChangedMeanwhile>();
    error::<users::FailedLookUp>();
    error::<users::FoundUser>();
    error::<users::IncompleteChange>();
    error::<users::JournalError>();
    error::<models::InvalidChanges>();
    error::<models::InvalidCustomField>();
    error::<models::InvalidDate>();
    error::<models::InvalidFilter>();
    error::<models::InvalidPage>();
    error::<models::InvalidPageRequest>();
    error::<models::InvalidTimestamp>();
    error::<models::InvalidUser>();
};

const _: () = {
    default_value::<models::Changes>();
    default_value::<models::CustomFields>();
    default_value::<models::Extra>();
    default_value::<models::NamespaceMigrationOptions>();
    default_value::<models::Page<User>>();
    default_value::<PageRequest>();
    default_value::<models::Password>();
    default_value::<models::PersonalId>();
    default_value::<models::RemainingMembers>();
    default_value::<models::SortOrder>();
};

const _: () = {
    value::<models::AccountType>();
    value::<models::AddressType>();
    value::<models::Date>();
    value::<models::Expression<'static>>();
    value::<models::Filter>();
    value::<models::FilterValue>();
    value::<models::IdentificationMethod>();
    value::<models::MfaMethod>();
    value::<models::Operator>();
    value::<models::Sex>();
    value::<models::Sort>();
    value::<models::StudentStatus>();
    value::<models::Timestamp>();
    value::<models::Unrecognized>();
    value::<models::EmailTemplateId>();
    value::<models::ExternalPermissionGroupId>();
    value::<models::ExternalPermissionId>();
    value::<models::GroupId>();
    value::<models::GroupRef>();
    value::<models::NamespaceCode>();
    value::<models::NamespaceId>();
    value::<models::PermissionId>();
    value::<models::RoleId>();
    value::<models::StrongIdentificationId>();
    value::<UserId>();
};

/// Accepts the futures that a multi-threaded runtime can spawn.
fn spawnable<T: Send>(future: impl Future<Output = T> + Send) -> impl Future<Output = T> + Send {
    future
}

#[tokio::test]
async fn the_futures_of_calls_can_be_spawned() {
    let recorder = Recorder::new();
    for _ in 0..5 {
        recorder.respond(200, r#"{"id":"1"}"#);
    }
    let trivore = recorder.trivore();
    let users = trivore.users();
    let (id, user) = (UserId::from("1"), User::new());
    let new = [user.clone()];

    let read = spawnable(users.get(&id)).await;
    let created = spawnable(users.create(&user)).await;
    let many = spawnable(users.create_many(&new, BulkOptions::new())).await;
    let modified = spawnable(users.modify(&id, |_| ())).await;
    drop(spawnable(users.create_once(&user)));
    drop(spawnable(users.set_groups(&id, &[])));
    drop(spawnable(users.modify_if_unchanged(&id, |_| ())));
    drop(spawnable(users.reconcile(std::time::Duration::ZERO).create(&user)));
    let ended = spawnable(trivore.client().execute(Call::delete(&["x"]))).await;

    assert!(read.is_ok() && created.is_ok() && many[0].is_ok());
    assert!(modified.is_ok() && ended.is_ok());
}

#[tokio::test]
async fn streams_can_be_boxed_and_outlive_what_made_them() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"resources":[{"id":"1"}]}"#);

    let mut items: BoxStream<'static, _> = {
        let trivore = recorder.trivore();
        Box::pin(trivore.users().items(PageRequest::new()))
    };

    let first = futures_util::StreamExt::next(&mut items).await;
    assert!(first.is_some_and(|user: trivore::Result<User>| user.is_ok()));
}
