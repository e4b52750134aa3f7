//! A Python interpreter that does what it is told, line by line.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Result;

/// A script that runs; it ends with this value.
#[derive(Debug)]
pub(super) struct Interpreter {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Interpreter {
    /// Starts a script, and gives it its first line of input.
    pub(super) fn start(program: &Path, script: &str, first: &Value) -> Result<Self> {
        let mut child = Command::new(program)
            // The vendor compares integers with `is`: each place warns.
            .args(["-W", "ignore::SyntaxWarning", "-c", script])
            // Nothing of the machine may reach the calls: no proxy, no credentials.
            .envs([("NO_PROXY", "*"), ("NETRC", "/dev/null")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or("Python has no output")?;
        let mut this = Self { child, input, output: BufReader::new(output).lines() };
        this.tell(first)?;
        Ok(this)
    }

    /// Gives it an order and returns how long that took.
    pub(super) fn ask(&mut self, order: &Value) -> Result<Duration> {
        self.tell(order)?;
        let answer = self.output.next().ok_or("Python ended")??;
        Ok(Duration::try_from_secs_f64(answer.parse()?)?)
    }

    fn tell(&mut self, line: &Value) -> Result<()> {
        let input = self.input.as_mut().ok_or("Python has no input")?;
        Ok(writeln!(input, "{line}")?)
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // It ends when its input closes.
        self.input = None;
        drop(self.child.wait());
    }
}
