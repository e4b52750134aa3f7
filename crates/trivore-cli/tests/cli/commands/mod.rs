//! What all commands have in common; a new command needs a case here.

mod cases;
mod leaks;
mod output;
pub(crate) mod tree;
mod world;
