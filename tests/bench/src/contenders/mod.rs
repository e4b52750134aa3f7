//! Contenders that read users from the server or from memory: the SDK and its alternatives.

mod floor;
mod hyper_connection;
mod hyper_pool;
mod interpreter;
#[cfg(feature = "other-sdks")]
mod kube_client;
mod minimal_pool;
#[cfg(feature = "other-sdks")]
mod octocrab_client;
mod other_pools;
mod other_sdks;
mod python;
mod python_json;
mod question;
mod reqwest_client;
mod sdk;

pub use floor::Floor;
pub use hyper_connection::HyperConnection;
pub use hyper_pool::HyperPool;
pub use minimal_pool::MinimalPool;
pub use other_pools::other_pools;
pub use other_sdks::other_sdks;
pub use python::{Library, Python};
pub use python_json::{Model, PythonJson};
pub use question::{Question, Reading};
pub use reqwest_client::ReqwestClient;
pub use sdk::{SdkBytes, SdkTyped, SdkVersions, sdk};
