//! Data types of the Trivore ID Management API's user service.
//!
//! This crate does no I/O. Use it alone if you already have the JSON, for example from a
//! message queue, an export or an HTTP client of your own. It deserializes what the service
//! sends, computes updates, builds filters, and serializes everything that you did not change
//! as it was.
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
//!         "sex": "A_FUTURE_VALUE",
//!         "aFutureField": 1
//!     }]
//! }"#)?;
//!
//! // The method of the same name returns an empty slice if a list is absent.
//! let before = &page.resources[0];
//! assert_eq!(before.emails()[0].verified, Some(true));
//! assert!(before.mobiles().is_empty());
//! assert!(matches!(before.sex, Some(Sex::Unrecognized(_))));
//!
//! // An update contains only the fields that changed.
//! let mut after = before.clone();
//! after.emails.get_or_insert_default().push(EmailAddress::new("m@example.org").tag("home"));
//! let changes = Changes::between(before, &after)?;
//! assert_eq!(changes.fields().collect::<Vec<_>>(), ["emails"]);
//!
//! // A filter escapes its values.
//! let filter = Filter::eq("nsCode", "testsdk").and(Filter::present("email"));
//! assert_eq!(filter.render()?, r#"nsCode eq "testsdk" and email pr"#);
//!
//! // `Debug` redacts personal data.
//! assert!(!format!("{page:?}").contains("maija"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Conventions
//!
//! - A field that is `None` is omitted from requests, and the service leaves an omitted field
//!   unchanged (inferred). `null` deserializes as `None`; to send a `null`, use [`Changes`].
//! - Lists are `Option<Vec<_>>`, which keeps absent and empty lists apart. `null` elements of
//!   lists are skipped.
//! - Unknown fields are kept in `extra`, and unknown enum values in the variant `Unrecognized`.
//!   Both serialize as they were received, except for integers beyond 64 bits, which
//!   `serde_json` reads as floats; see [`Changes::between_as_received`] for a way that keeps
//!   them.
//! - `Debug` redacts personal data: types such as [`User`] show the names of the fields that are
//!   set, and only a few values that are safe to show. [`Date`], [`Sex`], [`StudentStatus`] and
//!   [`Consents`] are redacted on their own, too. To see values in tests, wrap them in
//!   [`Revealed`].
//! - Identifiers and codes have types of their own, such as [`UserId`]. `.into()` makes one from a
//!   string; none has a default. `Display` shows the value.
//! - Dropping a [`Password`] or a [`PersonalId`] wipes its memory.
//! - Types in responses are `#[non_exhaustive]`: create them with `new` or `default` and set
//!   their fields. Types that occur only in requests can be written as struct literals.
//! - Each fact is marked with its source: *documented* by the vendor, including its client;
//!   *observed* in tests and programs that run against the service; or *inferred*. See [`facts`].
//!
//! # Features
//!
//! All features are off by default, and any combination of them works.
//!
//! | Feature | Adds |
//! |---|---|
//! | `jiff` | conversions of [`Timestamp`] and [`Date`] from and to `jiff` types |
//! | `time` | conversions of [`Timestamp`] and [`Date`] from and to `time` types |
//! | `chrono` | conversions of [`Timestamp`] and [`Date`] from and to `chrono` types |
//! | `schemars` | `schemars::JsonSchema` for all types of requests and responses |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod string_enum;

mod changes;
mod custom_fields;
mod date;
mod depth;
mod enterprise;
mod external_permissions;
mod extra;
pub mod facts;
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
mod password_check;
mod permissions;
mod profile;
mod quoted;
mod read_only_fields;
#[cfg(doctest)]
mod readme;
mod redact;
mod repeated_members;
mod revealed;
mod roles;
mod secret;
mod strong_identification;
mod student;
mod system_time;
#[cfg(test)]
mod tests;
mod timestamp;
mod user;
mod verification;

pub use changes::{Changes, InvalidChanges, RemainingMembers};
pub use custom_fields::{CustomFields, InvalidCustomField};
pub use date::{Date, InvalidDate};
pub use depth::{TooDeep, check_depth};
pub use enterprise::{Enterprise, EnterpriseContactInfo};
pub use external_permissions::{ExternalPermission, ExternalPermissionGrant};
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
pub use page::{InvalidPage, Page};
pub use page_request::{InvalidPageRequest, PageRequest, Sort, SortOrder};
pub use password::{PasswordChange, PasswordRequirements, PasswordUpdateResult, ValidationError};
pub use password_check::{PasswordCheck, PasswordRule};
pub use permissions::PermissionChanges;
pub use profile::Profile;
pub use repeated_members::{RepeatedMember, check_members};
pub use revealed::Revealed;
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
