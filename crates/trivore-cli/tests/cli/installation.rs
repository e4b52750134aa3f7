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
    /// Runs the sandbox.
    runtime: Runtime,
}

/// What the program wrote, and its exit code.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) stdout: String,
    /// Standard error without lines of progress, which depend on the speed of the machine.
    pub(crate) stderr: String,
    pub(crate) progress: Vec<String>,
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

    /// Waits for something in the runtime of the sandbox.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Runs something beside the sandbox.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(future);
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

    /// Runs the program with a text on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        let file = self.home.path().join("input");
        std::fs::write(&file, input).unwrap();
        finish(self.command(arguments).stdin(std::fs::File::open(file).unwrap()))
    }

    /// Returns what the program wrote as JSON; it must succeed.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let finished = self.run(arguments);
        assert_eq!(finished.code, 0, "{arguments:?}: {finished:?}");
        serde_json::from_str(&finished.stdout).unwrap()
    }

    /// Runs the program, which must fail with an exit code and without a result, and returns its
    /// message.
    #[track_caller]
    pub(crate) fn failure(&self, code: i32, arguments: &[&str]) -> String {
        let finished = self.run(arguments);
        assert_eq!(
            (finished.code, finished.stdout.as_str()),
            (code, ""),
            "{arguments:?}: {finished:?}"
        );
        finished.stderr
    }

    /// The requests that changed something or were to, as method and path.
    pub(crate) fn writes(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        let writes = requests.iter().filter(|request| request.method.as_str() != "GET");
        writes.map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// Makes the program a client with only these permissions.
    pub(crate) fn limited(&self, permissions: &[&str], arguments: &[&str]) -> Finished {
        let client = trivore_sandbox::ApiClient::new("limited", "limited-secret");
        self.sandbox.create_api_client(client.permissions(permissions.iter().copied()));
        let mut command = self.command(arguments);
        command
            .env("TRIVORE_MGMTAPI_ID", "limited")
            .env("TRIVORE_MGMTAPI_SECRET", "limited-secret");
        finish(&mut command)
    }

    /// Runs the program, which must succeed without a message, and returns what it wrote.
    #[track_caller]
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        let finished = self.run(arguments);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{arguments:?}");
        finished.stdout
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
    let stderr = String::from_utf8(stderr).unwrap();
    let (progress, messages): (Vec<_>, Vec<_>) =
        stderr.split_inclusive('\n').partition(|line| is_progress(line));
    Finished {
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: messages.concat(),
        progress: progress.into_iter().map(str::to_owned).collect(),
        code: status.code().unwrap_or(-1),
    }
}

/// Whether a line says how far a command is, such as `40 of 46 rows, 19/s, 3 refused`.
fn is_progress(line: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let counted = |text: &str| {
        let (number, rest) = text.split_once(' ')?;
        is_number(number).then(|| rest.to_owned())
    };
    let Some(rest) = counted(line.trim_end()) else { return false };
    let rest = match rest.strip_prefix("of ") {
        Some(total) => counted(total),
        None => Some(rest),
    };
    let noun = rest.as_deref().and_then(|rest| rest.split(',').next());
    let nouns = ["row", "rows", "rows checked", "user", "users", "change", "changes"];
    noun.is_some_and(|noun| nouns.contains(&noun))
}

#[test]
fn lines_of_progress_are_told_from_messages() {
    for (line, expected) in [
        ("40 of 46 rows, 19/s, 0 seconds left\n", true),
        ("1,200 users, 40/s\n", true),
        ("5,545 rows checked\n", true),
        ("0 of 1 change\n", true),
        ("2 valid rows. Nothing was changed.\n", false),
        ("1 of 2 users failed\n", false),
        ("error: 2 rows\n", false),
        ("\n", false),
    ] {
        assert_eq!(is_progress(line), expected, "{line}");
    }
}
