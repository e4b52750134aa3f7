//! Profiles: how the program signs in, and the file that says so.

mod config_file;
mod folders;
mod keyring;
mod login;
mod precedence;
mod profile_home;
mod secret_sources;
mod sign_in;
#[cfg(unix)]
mod tls;
