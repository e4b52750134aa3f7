//! `trivore users import`.

mod files;
mod full_disk;
mod hostile;
mod interrupt;
mod kill;
mod memory;
mod outcomes;
mod passwords;
mod plan;
mod resume;
