//! The benchmark server as a child process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Result;

/// The program `server` in its own process, which exits when this value is dropped.
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

/// Number of connections that a server has accepted so far.
#[derive(Clone, Copy, Debug, Deserialize)]
#[non_exhaustive]
pub struct Connections {
    /// Over plain HTTP, including those that request this number.
    pub http: usize,
    /// Over TLS.
    pub https: usize,
}

/// The server that contenders call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Target {
    /// Scheme, host and port.
    pub address: String,
    /// The certificate to trust for TLS, in DER form.
    pub certificate: Vec<u8>,
}

/// Whether connections are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are no other schemes")]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Server {
    /// Starts the program `server` from this program's folder and waits until it listens.
    ///
    /// # Errors
    ///
    /// The program was not built, or it cannot listen.
    pub fn start() -> Result<Self> {
        let program = sibling("server")?;
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

    /// Returns the server's address for a scheme.
    pub fn target(&self, scheme: Scheme) -> Target {
        let address = match scheme {
            Scheme::Http => self.places.http.clone(),
            Scheme::Https => self.places.https.clone(),
        };
        Target { address, certificate: self.places.certificate.clone() }
    }

    /// Requests the number of connections so far.
    ///
    /// # Errors
    ///
    /// The server does not respond.
    pub fn connections(&self) -> Result<Connections> {
        let target = self.target(Scheme::Http);
        let mut stream = TcpStream::connect(target.authority())?;
        stream.write_all(b"GET /connections HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        let (_, body) = response.split_once("\r\n\r\n").ok_or("the response has no body")?;
        Ok(serde_json::from_str(body)?)
    }
}

impl Scheme {
    /// Returns the name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Returns the path of another program of this package.
pub(crate) fn sibling(name: &str) -> Result<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

impl Target {
    /// Returns host and port.
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
        // The server exits when its input is closed, which `wait` does first.
        drop(self.child.wait());
    }
}
