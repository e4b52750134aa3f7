//! Decoding of JSON responses.

mod decode;
mod known_path;
mod members;
mod object;
mod serde_message;

pub use decode::decode_json;
pub(crate) use decode::{check_shape, decode, decode_shaped};
pub(crate) use members::Members;
pub(crate) use object::Object;
