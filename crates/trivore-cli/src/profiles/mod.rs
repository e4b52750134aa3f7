//! Profiles: `trivore login`, `logout`, `profiles`, `check` and `whoami`.

mod check;
mod list;
mod login;
mod logout;
mod profile_name;
mod profiles_command;
mod use_profile;

pub(crate) use check::CheckConnection;
pub(crate) use login::Login;
pub(crate) use logout::Logout;
pub(crate) use profile_name::ProfileName;
pub(crate) use profiles_command::ProfilesCommand;
