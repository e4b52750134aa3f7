//! Runs the program.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use super::flags::{Command, Flags};
use super::{help, log, properties_file, welcome};
use crate::Sandbox;

/// Runs the program `trivore-sandbox` with these arguments, without the program's name.
///
/// It returns when SIGINT or SIGTERM has stopped the sandbox. The argument `--help` lists all
/// others.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// trivore_sandbox::run_program(["--version"]).await;
/// # }
/// ```
pub async fn run_program<A>(arguments: A) -> ExitCode
where
    A: IntoIterator<Item: Into<OsString>>,
{
    let command = match Command::read(lexopt::Parser::from_args(arguments)) {
        Ok(command) => command,
        Err(error) => return fail(&format!("{error}\nRun with --help for usage."), USAGE),
    };
    let outcome = match command {
        Command::Help => io::stdout().write_all(help::help().as_bytes()),
        Command::Version => writeln!(io::stdout(), "trivore-sandbox {}", env!("CARGO_PKG_VERSION")),
        Command::Run(flags) => return run(*flags).await,
    };
    match outcome {
        // A reader that is gone has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(&format!("cannot write to standard output: {error}"), FAILURE)
        }
        _ => ExitCode::SUCCESS,
    }
}

async fn run(flags: Flags) -> ExitCode {
    let mut builder = Sandbox::builder().listen(flags.listen).rules(flags.rules);
    builder = flags.faults.into_iter().fold(builder, crate::Builder::fault);
    builder = flags.hosts.iter().fold(builder, |builder, host| builder.allow_host(host));
    builder = flags.origins.iter().fold(builder, |builder, origin| builder.cors(origin));
    let uris = flags.redirect_uris.iter();
    builder = uris.fold(builder, |builder, uri| builder.redirect_uri(uri));
    let uris = flags.post_logout_redirect_uris.iter();
    builder = uris.fold(builder, |builder, uri| builder.post_logout_redirect_uri(uri));
    if let Some(url) = &flags.public_url {
        builder = builder.public_url(url);
    }
    builder = flags.data.apply(builder);
    builder = flags.clients.apply(builder);
    if flags.allow_remote {
        builder = builder.allow_remote();
    }
    if let Some(connections) = flags.max_connections {
        builder = builder.max_connections(connections);
    }
    if flags.fault_header {
        builder = builder.allow_fault_header();
    }
    let log = match flags.log.map(log::start).transpose() {
        Ok(log) => log,
        Err(error) => return fail(&format!("cannot start the log: {error}"), FAILURE),
    };
    if let (Some(format), Some(log)) = (flags.log, &log) {
        builder = builder.on_request(log::observer(format, log));
    }
    if !flags.listen.ip().is_loopback() && flags.allow_remote {
        let warning = "everyone who can connect can read all credentials, messages and requests, \
                       inject faults, and change or delete everything";
        let _ = writeln!(io::stderr(), "trivore-sandbox: warning: {warning}");
    }
    let stop = match stop_signal() {
        Ok(stop) => stop,
        Err(error) => return fail(&format!("cannot wait for signals: {error}"), FAILURE),
    };
    // The log of requests waits for this lock, so that it comes after the first line.
    let mut stdout = io::stdout().lock();
    let sandbox = match builder.start().await {
        Ok(sandbox) => sandbox,
        Err(error) => return fail(&chain(&error), USAGE),
    };
    if let Some(path) = &flags.properties
        && let Err(error) = properties_file::write(path, &sandbox.properties())
    {
        return fail(&format!("cannot write {}: {error}", path.display()), FAILURE);
    }
    let mut text = format!("listening on {}\n", sandbox.url());
    if stdout.is_terminal() {
        text.push_str(&welcome::text(&sandbox));
    }
    let announced = stdout.write_all(text.as_bytes());
    if let Err(error) = announced.and_then(|()| stdout.flush()) {
        return fail(&format!("cannot write to standard output: {error}"), FAILURE);
    }
    drop(stdout);
    stop.await;
    sandbox.shutdown().await;
    if let Some(log) = log {
        log.finish().await;
    }
    ExitCode::SUCCESS
}

/// Returns a future that waits for SIGINT or SIGTERM; it catches signals from this call on.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Returns a future that waits for Ctrl-C.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn fail(message: &str, code: u8) -> ExitCode {
    // If standard error is closed, there is nowhere left to report to.
    let _ = writeln!(io::stderr(), "trivore-sandbox: {message}");
    ExitCode::from(code)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

const FAILURE: u8 = 1;
const USAGE: u8 = 2;
