//! Data types of the Trivore ID Management API's user service.

mod date;
mod filter;
mod id;
mod timestamp;

pub use date::{Date, InvalidDate};
pub use filter::{Expression, Filter, FilterValue, InvalidFilter, Operator};
pub use id::{
    EmailTemplateId, ExternalPermissionGroupId, ExternalPermissionId, GroupId, GroupRef,
    NamespaceCode, NamespaceId, PermissionId, RoleId, StrongIdentificationId, UserId,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
