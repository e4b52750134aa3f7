//! Settings from code, from a properties file and from the environment.

mod address;
mod environment;
mod file;
mod properties;

pub(crate) use file::{PropertiesFile, signature};
