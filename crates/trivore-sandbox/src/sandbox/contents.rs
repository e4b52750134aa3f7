//! Reads and replaces the whole content of a sandbox.

use std::io::{self, Read, Seek, Write};

use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;

impl Sandbox {
    /// JSON schema of seeds, for [`Builder::seed`](crate::Builder::seed) and
    /// [`import`](Self::import).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// let schema: serde_json::Value = serde_json::from_str(Sandbox::SEED_SCHEMA)?;
    /// assert_eq!(schema["properties"]["users"]["type"], "array");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub const SEED_SCHEMA: &str = include_str!("../../seed.schema.json");

    /// Writes everything that the sandbox stores, as a seed.
    ///
    /// A sandbox that starts with this seed, or [imports](Self::import) it, stores the same. The
    /// seed is the state at the time of the call, also if it changes while the seed is written. The
    /// rules, the faults, the ledger, the received requests and the clock are not part of it.
    ///
    /// It contains passwords and secrets.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.add_user(json!({"username": "jane"}))?;
    /// let mut seed = Vec::new();
    /// sandbox.export(&mut seed)?;
    ///
    /// let other = Sandbox::start().await?;
    /// other.import(std::io::Cursor::new(&seed))?;
    /// let mut same = Vec::new();
    /// other.export(&mut same)?;
    /// assert_eq!(same, seed);
    /// # sandbox.shutdown().await;
    /// # other.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The writer fails.
    pub fn export(&self, mut out: impl Write) -> io::Result<()> {
        self.shared().export().write(&mut out)
    }

    /// Replaces everything that the sandbox stores by a seed, which is read as a stream.
    ///
    /// The clients with which the sandbox was started stay, unless the seed has clients with the
    /// same identifiers. The default namespaces and the operator are added, unless the seed has
    /// `"defaults": false`. See [`Builder::seed`](crate::Builder::seed) for the format.
    ///
    /// # Errors
    ///
    /// The seed cannot be read or is invalid, and the error names the line, or the data file cannot
    /// be written. Nothing has changed then.
    pub fn import(&self, mut seed: impl Read + Seek) -> Result<(), InvalidSeed> {
        Ok(self.shared().import(&mut seed)?)
    }
}
