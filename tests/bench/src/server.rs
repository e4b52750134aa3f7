//! The benchmark server as a child process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::{Result, Usage};

/// The program `server` in its own process, which exits when this value is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    settings: ServerSettings,
}

/// Where a server listens, and its certificate.
///
/// The program `server` takes this as its argument, and announces it with the ports that it chose
/// and the certificate that it created. With that announcement, another process takes its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServerSettings {
    /// The address for plain HTTP; port 0 lets the system choose one.
    pub http: SocketAddr,
    /// The address for TLS.
    pub https: SocketAddr,
    /// The certificate and its private key, in DER form.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
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
        Self::at(Ipv4Addr::LOCALHOST)
    }

    /// Starts the server at this address, which belongs to the machine.
    ///
    /// # Errors
    ///
    /// See [`Self::start`].
    pub fn at(address: Ipv4Addr) -> Result<Self> {
        let any_port = SocketAddr::from((address, 0));
        Self::with(&ServerSettings { http: any_port, https: any_port, identity: None })
    }

    fn with(settings: &ServerSettings) -> Result<Self> {
        let (child, line) = spawn("server", settings)?;
        Ok(Self { child, settings: serde_json::from_str(&line)? })
    }

    /// Kills the process; its connections are reset or closed by the system.
    ///
    /// # Errors
    ///
    /// The system does not allow it.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Lets the process close its connections after their current requests, and waits for its exit.
    ///
    /// # Errors
    ///
    /// The process does not run.
    pub fn drain(&mut self) -> Result<()> {
        if let Some(input) = &mut self.child.stdin {
            input.write_all(b"drain\n")?;
        }
        self.child.wait()?;
        Ok(())
    }

    /// Starts a new process with the same addresses and certificate, after the last one has exited.
    ///
    /// # Errors
    ///
    /// See [`Self::start`].
    pub fn restart(&mut self) -> Result<()> {
        *self = Self::with(&self.settings)?;
        Ok(())
    }

    /// Stops the process without closing anything, until [`Self::resume`].
    ///
    /// # Errors
    ///
    /// The process does not run, or the system has no such signals.
    pub fn freeze(&self) -> Result<()> {
        signal(&self.child, Run::Stop)
    }

    /// Continues a frozen process.
    ///
    /// # Errors
    ///
    /// See [`Self::freeze`].
    pub fn resume(&self) -> Result<()> {
        signal(&self.child, Run::Continue)
    }

    /// Reads what the process has used so far.
    ///
    /// # Errors
    ///
    /// See [`Usage::of`].
    pub fn usage(&self) -> Result<Usage> {
        Usage::of(self.child.id())
    }

    /// Returns the server's address for a scheme.
    pub fn target(&self, scheme: Scheme) -> Target {
        let address = match scheme {
            Scheme::Http => format!("http://{}", self.settings.http),
            Scheme::Https => format!("https://{}", self.settings.https),
        };
        let certificate = self.settings.identity.as_ref().map(|(certificate, _)| certificate);
        Target { address, certificate: certificate.cloned().unwrap_or_default() }
    }

    /// Requests the number of connections so far.
    ///
    /// # Errors
    ///
    /// The server does not respond.
    pub fn connections(&self) -> Result<Connections> {
        let body = read(self.target(Scheme::Http).authority(), "/connections")?;
        Ok(serde_json::from_str(&body)?)
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

/// What a signal makes a process do.
#[derive(Clone, Copy, Debug)]
enum Run {
    Stop,
    Continue,
}

#[cfg(unix)]
fn signal(child: &Child, run: Run) -> Result<()> {
    use rustix::process::{Pid, Signal, kill_process};

    let signal = match run {
        Run::Stop => Signal::STOP,
        Run::Continue => Signal::CONT,
    };
    Ok(kill_process(Pid::from_child(child), signal)?)
}

#[cfg(not(unix))]
fn signal(_: &Child, run: Run) -> Result<()> {
    Err(format!("{run:?}: this system has no such signal").into())
}

/// Starts a program of this package, waits until it listens, and returns the line that says so.
pub(crate) fn spawn(name: &str, settings: &impl Serialize) -> Result<(Child, String)> {
    let program = sibling(name)?;
    let mut child = Command::new(&program)
        .arg(serde_json::to_string(settings)?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}; was it built?", program.display()))?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line)?;
    }
    Ok((child, line))
}

/// Requests a path of a server and returns the body.
pub(crate) fn read(authority: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(authority)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (_, body) = response.split_once("\r\n\r\n").ok_or("the response has no body")?;
    Ok(body.to_owned())
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
