//! Properties that hold for every input.

mod changes;
mod filters;
mod models;
mod paths;
mod samples;
mod settings;
mod strategies;
