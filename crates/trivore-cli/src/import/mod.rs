//! `trivore users import`.

mod check_rows;
mod dry_run;
mod import;
mod importer;
mod item;
mod journal_state;
mod merge_user;
mod on_exists;
mod password_file;
mod results;
mod results_file;
mod run;
mod summary;

pub(crate) use import::Import;
