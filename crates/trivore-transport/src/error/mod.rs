//! The error of a call, and the reasons of others.

mod api_error;
mod cause;
mod connect_error;
mod decode_error;
mod error;
mod error_body;
mod kind;
mod one_line;

pub use api_error::ApiError;
pub(crate) use api_error::{is_given_up, leaves_open};
pub(crate) use connect_error::ConnectError;
pub use decode_error::DecodeError;
pub(crate) use decode_error::not_repeated;
pub use error::{BoxError, Error, Result};
pub(crate) use error_body::ErrorBody;
pub use kind::Failure;
pub(crate) use kind::{Kind, Scope};
pub(crate) use one_line::one_line;
