//! `trivore users import`.

mod files;
mod hostile;
mod interrupt;
mod kill;
mod memory;
mod outcomes;
mod passwords;
mod plan;
mod resume;
