//! Those who read users from the server: the SDK, and what one would use instead.

mod hyper_connection;
mod hyper_pool;
mod python;
mod question;
mod reqwest_client;
mod sdk;

pub use hyper_connection::HyperConnection;
pub use hyper_pool::HyperPool;
pub use python::{Library, Python};
pub use question::{Question, Reading};
pub use reqwest_client::ReqwestClient;
pub use sdk::{SdkBytes, SdkTyped, SdkVersions, sdk};
