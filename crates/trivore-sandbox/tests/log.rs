//! Tests of `--log` with the program itself, and with readers that do not read.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, reason = "these are tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// More than what a pipe holds, and less than what the program keeps beside it.
const REQUESTS: usize = 4_000;

const TIMEOUT: Duration = Duration::from_secs(60);

struct Program {
    id: u32,
    /// Whether the program ended with success.
    end: Receiver<bool>,
    connection: TcpStream,
}

/// Starts the program, and returns its output after the first line.
fn start(log: &str) -> (Program, ChildStdout) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trivore-sandbox"))
        .args(["--listen", "127.0.0.1:0", "--log", log])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (id, (ended, end)) = (child.id(), mpsc::channel());
    thread::spawn(move || ended.send(child.wait().unwrap().success()));
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        line.extend(byte);
    }
    let line = String::from_utf8(line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(TIMEOUT)).unwrap();
    (Program { id, end, connection }, stdout)
}

impl Program {
    /// Sends requests to `/health`, one after another.
    fn check_health(&mut self, times: usize) {
        let mut response = [0; 4096];
        for number in 0..times {
            self.connection.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            let length = self.connection.read(&mut response);
            let length = length.unwrap_or_else(|error| panic!("request {number}: {error}"));
            assert!(response[..length].starts_with(b"HTTP/1.1 200 "), "request {number}");
        }
    }

    /// Asks the program to end, and returns whether it does so with success.
    fn terminate(&self) -> bool {
        assert!(self.signal("-TERM"));
        self.end.recv_timeout(TIMEOUT).unwrap()
    }

    fn signal(&self, signal: &str) -> bool {
        Command::new("kill").args([signal, &self.id.to_string()]).status().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if thread::panicking() {
            self.signal("-KILL");
        }
    }
}

#[test]
fn a_log_that_nobody_reads_delays_neither_requests_nor_the_end() {
    let (mut program, mut stdout) = start("text");
    program.check_health(REQUESTS);

    assert!(program.terminate());
    let mut log = String::new();
    stdout.read_to_string(&mut log).unwrap();
    assert!(log.ends_with('\n') && log.lines().count() < REQUESTS, "{}", log.len());
}

#[test]
fn a_reader_that_comes_late_gets_every_line() {
    let (mut program, stdout) = start("json");
    program.check_health(REQUESTS);
    let mut stdout = BufReader::new(stdout);
    let mut log = String::new();
    for _ in 0..REQUESTS {
        assert!(stdout.read_line(&mut log).unwrap() > 0, "{}", log.lines().count());
    }

    assert!(program.terminate());
    assert_eq!(stdout.read_to_string(&mut log).unwrap(), 0);
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["route"], "/health");
    }
}

#[test]
fn a_reader_that_is_gone_ends_nothing() {
    let (mut program, stdout) = start("text");
    drop(stdout);
    program.check_health(10);

    assert!(program.terminate());
}
