//! The sandbox as a child process.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crate::process;

/// A running sandbox; dropping it kills it.
pub(crate) struct Sandbox {
    child: Child,
    address: String,
}

impl Sandbox {
    /// Starts the program on a free port and waits until it listens.
    pub(crate) fn start(program: &Path, properties: &Path) -> Result<Self, String> {
        Self::start_with(program, properties, &[])
    }

    /// The same with further arguments.
    pub(crate) fn start_with(
        program: &Path,
        properties: &Path,
        arguments: &[OsString],
    ) -> Result<Self, String> {
        let child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--properties"])
            .arg(properties)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut sandbox = Self { child, address: String::new() };
        sandbox.address = sandbox.read_address()?;
        Ok(sandbox)
    }

    fn read_address(&mut self) -> Result<String, String> {
        let output = self.child.stdout.take().ok_or("the sandbox has no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let first = lines
            .next()
            .ok_or("the sandbox exited before it listened")?
            .map_err(|error| format!("output of the sandbox: {error}"))?;
        // Keep reading the output, or the pipe would fill up and block the sandbox.
        thread::spawn(move || lines.count());

        match first.strip_prefix("listening on ") {
            Some(address) => Ok(address.to_owned()),
            None => Err(format!("the sandbox printed {first:?}, expected `listening on`")),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends SIGTERM and expects the program to exit with 0.
    pub(crate) fn terminate(mut self) -> Result<(), String> {
        let id = self.child.id().to_string();
        process::run(Command::new("kill").args(["-TERM", &id]))?;
        match self.wait()? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("the sandbox exited with {status} after SIGTERM")),
            None => Err("the sandbox did not exit within 10 s after SIGTERM".to_owned()),
        }
    }

    fn wait(&mut self) -> Result<Option<ExitStatus>, String> {
        for _ in 0..100 {
            let status = self.child.try_wait().map_err(|error| format!("the sandbox: {error}"))?;
            if status.is_some() {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(None)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Both may fail if the program has already exited; that is fine.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
