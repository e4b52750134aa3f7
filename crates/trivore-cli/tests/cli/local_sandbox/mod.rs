//! `trivore sandbox`.

mod detached;
#[cfg(unix)]
mod foreground;
mod own_profile;
mod sandbox_home;
#[cfg(unix)]
mod signals;
mod starting;
