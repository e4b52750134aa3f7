//! Properties that hold for every input.

mod changes;
mod filters;
mod models;
mod passwords;
mod paths;
mod sets;
mod settings;
mod strategies;
