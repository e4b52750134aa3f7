//! The fixed-answer server as a child process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::Result;

/// The program `server` in a process of its own; it ends with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    places: Places,
}

#[derive(Debug, Deserialize)]
struct Places {
    http: String,
    https: String,
    certificate: Vec<u8>,
}

/// Where contenders send their calls.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Scheme, host and port.
    pub address: String,
    /// What TLS has to trust, in DER form.
    pub certificate: Vec<u8>,
}

/// Whether connections are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third one")]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Server {
    /// Starts the program that lies beside this one, and waits until it listens.
    ///
    /// # Errors
    ///
    /// The program was not built, or it cannot listen.
    pub fn start() -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("server");
        let mut child = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}; was it built?", program.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        Ok(Self { child, places: serde_json::from_str(&line)? })
    }

    /// Where it listens.
    pub fn target(&self, scheme: Scheme) -> Target {
        let address = match scheme {
            Scheme::Http => self.places.http.clone(),
            Scheme::Https => self.places.https.clone(),
        };
        Target { address, certificate: self.places.certificate.clone() }
    }
}

impl Scheme {
    /// How tables name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Target {
    /// Host and port.
    pub fn authority(&self) -> &str {
        self.address.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether connections are encrypted.
    pub fn is_https(&self) -> bool {
        self.address.starts_with("https:")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input closes, which waiting does first.
        drop(self.child.wait());
    }
}
