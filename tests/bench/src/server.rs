//! The fixed-answer server as a child process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

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

/// How many connections a server was asked for so far.
#[derive(Clone, Copy, Debug, Deserialize)]
#[non_exhaustive]
pub struct Connections {
    /// In the clear, the ones that ask for this number included.
    pub http: usize,
    /// Over TLS.
    pub https: usize,
}

/// Where contenders send their calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

    /// Where it listens.
    pub fn target(&self, scheme: Scheme) -> Target {
        let address = match scheme {
            Scheme::Http => self.places.http.clone(),
            Scheme::Https => self.places.https.clone(),
        };
        Target { address, certificate: self.places.certificate.clone() }
    }

    /// Asks how many connections there were.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub fn connections(&self) -> Result<Connections> {
        let target = self.target(Scheme::Http);
        let mut stream = TcpStream::connect(target.authority())?;
        stream.write_all(b"GET /connections HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("an answer without a body")?;
        Ok(serde_json::from_str(body)?)
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

/// Where another program of this package lies.
pub(crate) fn sibling(name: &str) -> Result<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
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
