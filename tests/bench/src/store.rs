//! The server that keeps users, as a child process.

use std::net::SocketAddr;
use std::process::Child;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::server::{self, Target};

/// The program `store` in its own process, which exits when this value is dropped.
#[derive(Debug)]
pub struct Store {
    child: Child,
    address: SocketAddr,
}

/// How a store limits the rate, and how often it fails.
///
/// The program `store` takes this as its argument.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "programs set all of them")]
pub struct StoreSettings {
    /// Requests per second that it accepts: a token bucket.
    pub per_second: f64,
    /// Size of the bucket, which is full at first.
    pub burst: f64,
    /// Share of the requests that are applied and get no response.
    pub lost: f64,
    /// Share of the requests whose connection is reset, before or after they are applied.
    pub reset: f64,
    /// Seed of the faults.
    pub seed: u64,
}

/// What a store has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "the program `store` sets all of them")]
pub struct StoreCounts {
    /// Users that were created.
    pub users: u32,
    /// Messages that were sent.
    pub messages: u32,
    /// Requests that were refused because of the rate.
    pub refused: u32,
    /// Requests that were applied and got no response.
    pub lost: u32,
    /// Requests whose connection was reset.
    pub reset: u32,
    /// Share of the rate that was used between the first request and the last one, with the burst:
    /// at most 1.
    pub used: f64,
}

/// Whose users and messages a store has, as often as it has them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "the program `store` sets all of them")]
pub struct StoreContents {
    /// Usernames of all users.
    pub users: Vec<String>,
    /// Recipients of all messages.
    pub messages: Vec<String>,
}

impl Store {
    /// Starts the program `store` from this program's folder and waits until it listens.
    ///
    /// # Errors
    ///
    /// The program was not built, or it cannot listen.
    pub fn start(settings: &StoreSettings) -> Result<Self> {
        let (child, line) = server::spawn("store", settings)?;
        Ok(Self { child, address: line.trim().parse()? })
    }

    /// Returns the address, for plain HTTP.
    pub fn target(&self) -> Target {
        Target { address: format!("http://{}", self.address), certificate: Vec::new() }
    }

    /// Requests what the store has done so far. Such requests do not count.
    ///
    /// # Errors
    ///
    /// The store does not respond.
    pub fn counts(&self) -> Result<StoreCounts> {
        self.read("/counts")
    }

    /// Requests what the store has.
    ///
    /// # Errors
    ///
    /// The store does not respond.
    pub fn contents(&self) -> Result<StoreContents> {
        self.read("/contents")
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        Ok(serde_json::from_str(&server::read(&self.address.to_string(), path)?)?)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The store exits when its input is closed, which `wait` does first.
        drop(self.child.wait());
    }
}
