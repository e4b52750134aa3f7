//! For the shell: completions and manual pages.

mod completions;
mod man;

pub(crate) use completions::Completions;
pub(crate) use man::Man;
