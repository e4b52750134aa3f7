//! Contenders that read users from the server or from memory: the SDK and its alternatives.

mod hyper_connection;
mod hyper_pool;
mod interpreter;
mod python;
mod python_json;
mod question;
mod reqwest_client;
mod sdk;

pub use hyper_connection::HyperConnection;
pub use hyper_pool::HyperPool;
pub use python::{Library, Python};
pub use python_json::{Model, PythonJson};
pub use question::{Question, Reading};
pub use reqwest_client::ReqwestClient;
pub use sdk::{SdkBytes, SdkTyped, SdkVersions, sdk};
