//! `trivore users verify`.

mod email;
mod sms_code;
mod sms_link;
mod verify_command;

pub(crate) use verify_command::VerifyCommand;
