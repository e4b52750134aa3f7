//! `trivore sandbox`.

mod detached;
#[cfg(unix)]
mod foreground;
#[cfg(unix)]
mod own_profile;
#[cfg(unix)]
mod sandbox_home;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod starting;
