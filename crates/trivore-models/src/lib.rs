//! Data types of the Trivore ID Management API's user service, and nothing else.
//!
//! For those who have the JSON already, from a queue, an export or an HTTP client of their
//! own: this crate does no I/O. It reads what the service sends, changes what you change
//! and writes the rest back as it was.
//!
//! ```
//! use trivore_models::{Changes, EmailAddress, Filter, Page, Sex, User};
//!
//! let page: Page<User> = serde_json::from_str(r#"{
//!     "totalResults": 1,
//!     "resources": [{
//!         "id": "5b0cfba4e2bb230ff8b535e6",
//!         "nsCode": "testsdk",
//!         "emails": [{"address": "maija@example.com", "verified": true}],
//!         "sex": "A_VALUE_OF_TOMORROW",
//!         "aFieldOfTomorrow": 1
//!     }]
//! }"#)?;
//!
//! // Absent lists read as empty ones through methods of the same name.
//! let before = &page.resources[0];
//! assert_eq!(before.emails()[0].verified, Some(true));
//! assert!(before.mobiles().is_empty());
//! assert!(matches!(before.sex, Some(Sex::Unrecognized(_))));
//!
//! // An update that names just what changed.
//! let mut after = before.clone();
//! after.emails.get_or_insert_default().push(EmailAddress::new("m@example.org").tag("home"));
//! let changes = Changes::between(before, &after)?;
//! assert_eq!(changes.fields().collect::<Vec<_>>(), ["emails"]);
//!
//! // A filter that no value can break out of.
//! let filter = Filter::eq("nsCode", "testsdk").and(Filter::present("email"));
//! assert_eq!(filter.render()?, r#"nsCode eq "testsdk" and email pr"#);
//!
//! // Personal data stays out of logs.
//! assert!(!format!("{page:?}").contains("maija"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What all types have in common
//!
//! - `None` is not sent, and the service leaves alone what is not sent. `null` reads as
//!   `None`; to send one, use [`Changes`].
//! - Lists are `Option<Vec<_>>`: absent, empty and full are three things. `null`s in lists
//!   are skipped.
//! - Fields and values this version does not name are kept and written back, in `extra`
//!   and as `Unrecognized`. Integers beyond 64 bits are the exception: JSON readers make
//!   them floats.
//! - `Debug` shows no personal data, by a short list of what may be shown. Secrets are
//!   wiped from memory when dropped.
//! - Types that the service sends are `#[non_exhaustive]`: start from `new` or `default`
//!   and set fields. Types that only you send can be written as literals.
//! - Each fact is marked with its source: *documented* by the vendor, including its
//!   client; *observed* in tests and programs that run against the service; or *inferred*.
//!
//! # Features
//!
//! `jiff`, `time` and `chrono` convert [`Timestamp`] and [`Date`] from and to the types of
//! those crates. None is on by default, and all may be on.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod string_enum;

mod changes;
mod custom_fields;
mod date;
mod enterprise;
mod external_permissions;
mod extra;
mod filter;
mod group_membership;
mod id;
mod invite;
mod legal;
mod lenient;
mod meta;
mod namespace_migration;
mod page;
mod page_request;
mod password;
mod permissions;
mod profile;
mod redact;
mod roles;
mod secret;
mod strong_identification;
mod student;
#[cfg(test)]
mod tests;
mod timestamp;
mod user;
mod verification;

pub use changes::{Changes, InvalidChanges};
pub use custom_fields::{CustomFields, InvalidCustomField};
pub use date::{Date, InvalidDate};
pub use enterprise::{Enterprise, EnterpriseContactInfo};
pub use external_permissions::ExternalPermissionGrant;
pub use extra::Extra;
pub use filter::{Expression, Filter, FilterValue, InvalidFilter, Operator};
pub use group_membership::GroupMembership;
pub use id::{
    EmailTemplateId, ExternalPermissionGroupId, ExternalPermissionId, GroupId, GroupRef,
    NamespaceCode, NamespaceId, PermissionId, RoleId, StrongIdentificationId, UserId,
};
pub use invite::Invite;
pub use legal::{LegalDomicile, LegalInfo};
pub use meta::Meta;
pub use namespace_migration::NamespaceMigrationOptions;
pub use page::Page;
pub use page_request::{InvalidPageRequest, PageRequest, Sort, SortOrder};
pub use password::{PasswordChange, PasswordRequirements, PasswordUpdateResult, ValidationError};
pub use permissions::PermissionChanges;
pub use profile::Profile;
pub use roles::RoleChanges;
pub use secret::{Password, PersonalId};
pub use string_enum::Unrecognized;
pub use strong_identification::{
    IdentificationMethod, NewStrongIdentification, StrongIdentification,
};
pub use student::{StudentInfo, StudentState, StudentStatus};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use user::{
    AccountType, Address, AddressType, Consents, CustomerGroupInfo, EmailAddress, InvalidUser,
    MfaMethod, Mobile, Names, PlaceOfBirth, Sex, User,
};
pub use verification::{EmailVerification, SmsLinkVerification};
