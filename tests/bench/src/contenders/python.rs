//! What Python has: the vendor's SDK, and requests.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::Question;
use crate::server::Target;
use crate::{Contender, Result, body};

/// One interpreter that makes calls when told; clones share it.
#[derive(Clone, Debug)]
pub struct Python(Rc<RefCell<Process>>);

/// Which of Python's libraries makes the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Library {
    /// The vendor's SDK.
    Trivoreid,
    /// requests, with a session for each thread.
    Requests,
}

#[derive(Debug)]
struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Python {
    /// Starts the interpreter.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(program: &Path, certificate: &[u8]) -> Result<Self> {
        let mut child = Command::new(program)
            // The vendor compares integers with `is`: each place warns.
            .args(["-W", "ignore::SyntaxWarning", "-c", include_str!("driver.py")])
            // Nothing of the machine may reach the calls: no proxy, no credentials.
            .envs([("NO_PROXY", "*"), ("NETRC", "/dev/null")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or("Python has no output")?;
        let output = BufReader::new(output).lines();
        let mut process = Process { child, input, output };
        process.tell(&json!(certificate).to_string())?;
        Ok(Self(Rc::new(RefCell::new(process))))
    }

    /// A contender that makes calls from a number of threads.
    pub fn contender<'a>(
        &self,
        library: Library,
        target: &Target,
        question: Question,
        threads: usize,
    ) -> Contender<'a> {
        let process = Rc::clone(&self.0);
        let address = target.address.clone();
        let name = match threads {
            1 => format!("Python, {}", library.name()),
            _ => format!("Python, {}, {threads} threads", library.name()),
        };
        let count = match question {
            Question::User => 0,
            Question::Page(count) => count,
        };
        Contender::new(&name, move |calls| {
            let order = json!({
                "library": library.name(), "address": address, "user": body::id(0),
                "count": count, "threads": threads, "calls": calls,
            });
            process.borrow_mut().ask(&order.to_string())
        })
    }
}

impl Library {
    /// Its name, as its package has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trivoreid => "trivoreid",
            Self::Requests => "requests",
        }
    }
}

impl Process {
    fn tell(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().ok_or("Python has no input")?;
        Ok(writeln!(input, "{line}")?)
    }

    fn ask(&mut self, order: &str) -> Result<Duration> {
        self.tell(order)?;
        let answer = self.output.next().ok_or("Python ended")??;
        Ok(Duration::try_from_secs_f64(answer.parse()?)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends when its input closes.
        self.input = None;
        drop(self.child.wait());
    }
}
