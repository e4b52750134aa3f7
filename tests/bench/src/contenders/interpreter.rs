//! A Python interpreter that runs commands, one per line of input.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Result;

/// A running script, which exits when this value is dropped.
#[derive(Debug)]
pub(super) struct Interpreter {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Interpreter {
    /// Starts a script and sends its first line of input.
    pub(super) fn start(program: &Path, script: &str, first: &Value) -> Result<Self> {
        let mut child = Command::new(program)
            // The vendor's SDK compares integers with `is`, which causes a warning each time.
            .args(["-W", "ignore::SyntaxWarning", "-c", script])
            // Keep the machine's proxy settings and credentials out of the calls.
            .envs([("NO_PROXY", "*"), ("NETRC", "/dev/null")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or("Python has no standard output")?;
        let mut this = Self { child, input, output: BufReader::new(output).lines() };
        this.tell(first)?;
        Ok(this)
    }

    /// Sends a command and returns the time that it took.
    pub(super) fn ask(&mut self, order: &Value) -> Result<Duration> {
        self.tell(order)?;
        let line = self.output.next().ok_or("Python exited")??;
        Ok(Duration::try_from_secs_f64(line.parse()?)?)
    }

    fn tell(&mut self, line: &Value) -> Result<()> {
        let input = self.input.as_mut().ok_or("Python has no standard input")?;
        Ok(writeln!(input, "{line}")?)
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // The script exits when its input is closed.
        self.input = None;
        drop(self.child.wait());
    }
}
