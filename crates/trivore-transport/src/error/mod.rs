//! The error of a call, and the reasons of others.

mod api_error;
mod box_error;
mod build_error;
mod cause;
pub(crate) mod chain;
mod connect_error;
mod decode_error;
mod error;
mod error_body;
mod error_kind;
mod failure;
mod invalid_credentials;
mod one_line;

pub use api_error::ApiError;
pub(crate) use api_error::{REQUEST_ID, is_given_up, leaves_open};
pub use box_error::BoxError;
pub use build_error::BuildError;
pub(crate) use connect_error::ConnectError;
pub use decode_error::DecodeError;
pub(crate) use decode_error::not_repeated;
pub use error::{Error, Result};
pub(crate) use error_body::ErrorBody;
pub(crate) use error_kind::{ErrorKind, TimeoutScope};
pub use failure::Failure;
pub use invalid_credentials::InvalidCredentials;
pub(crate) use one_line::one_line;
