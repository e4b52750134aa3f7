//! A sandbox, and the program with a home of its own that connects to it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trivore_sandbox::{Builder, Sandbox};

/// A running sandbox, and an empty home directory.
pub(crate) struct Installation {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: TempDir,
    runtime: Runtime,
}

/// What the program wrote, and its exit code.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Installation {
    pub(crate) fn start() -> Self {
        Self::start_with(Sandbox::builder())
    }

    pub(crate) fn start_with(builder: Builder) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Self { sandbox, home: tempfile::tempdir().unwrap(), runtime }
    }

    /// Adds a user and returns its identifier.
    pub(crate) fn user(&self, user: Value) -> String {
        self.sandbox.add_user(user).unwrap()
    }

    /// The program with the sandbox's credentials in the environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = without_connection(self.home.path(), arguments);
        command.env("TRIVORE_SERVICE_ADDRESS", self.sandbox.url());
        command.env("TRIVORE_MGMTAPI_ID", self.sandbox.client_id());
        command.env("TRIVORE_MGMTAPI_SECRET", self.sandbox.client_secret());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        finish(&mut self.command(arguments))
    }

    /// Runs the program, which must succeed without a message, and returns what it wrote.
    #[track_caller]
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        let finished = self.run(arguments);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{arguments:?}");
        finished.stdout
    }

    /// Runs asynchronous code beside the sandbox.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

/// The program with an empty environment, except for its home.
pub(crate) fn without_connection(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trivore"));
    command.args(arguments).env_clear().env("HOME", home).stdin(std::process::Stdio::null());
    command
}

pub(crate) fn finish(command: &mut Command) -> Finished {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Finished {
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
        code: status.code().unwrap_or(-1),
    }
}
