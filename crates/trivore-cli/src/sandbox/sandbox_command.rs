//! `trivore sandbox`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::detached;
use super::running::{Mark, StartLock, address_in_log, log_path, running, stop};
use super::sandbox_options::SandboxOptions;
use super::sandbox_profile::SandboxProfile;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Starts a local server that behaves like the service, and makes the profile `sandbox` for it.
///
/// The profile becomes the default one if there is none. Ctrl-C stops the server and removes the
/// profile. All options of the program `trivore-sandbox` can be given;
/// `trivore sandbox -- --help` lists them.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  trivore sandbox --detach && trivore users list
  trivore sandbox --listen 127.0.0.1:0 --log
  trivore sandbox status
  trivore sandbox stop
  trivore sandbox -- --help"
)]
pub(crate) struct SandboxCommand {
    #[command(subcommand)]
    action: Option<Action>,
    /// Return when the server is ready; it runs in the background.
    #[arg(long)]
    detach: bool,
    /// Make `sandbox` the default profile, even if there is another one.
    #[arg(long)]
    default: bool,
    /// Options of the program trivore-sandbox.
    #[arg(value_name = "OPTIONS", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[derive(Subcommand)]
enum Action {
    /// Shows whether the sandbox runs; the exit code is 1 if it does not.
    #[command(after_help = "Examples:\n  trivore sandbox status --output json")]
    Status,
    /// Stops the sandbox and removes its profile.
    #[command(after_help = "Examples:\n  trivore sandbox stop")]
    Stop,
}

impl SandboxCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self.action {
            Some(Action::Status) => return status(context),
            Some(Action::Stop) => return stop_it(context).await,
            None => {}
        }
        let mut options = SandboxOptions::read(self.arguments);
        options.detach |= self.detach;
        options.default |= self.default;
        options.properties = options.properties.or_else(|| context.global.properties.clone());
        let is_help = |argument: &OsString| {
            ["--help", "-h", "--version", "-V"].iter().any(|help| argument == help)
        };
        if options.rest.iter().any(is_help) {
            let code = trivore_sandbox::run_program(options.rest).await;
            let failure = Failure::new(FailureKind::Other, "the sandbox has no help to show");
            return if code == ExitCode::SUCCESS { Ok(()) } else { Err(failure) };
        }
        if options.detach { start_detached(context, options).await } else { start(options).await }
    }
}

async fn start(options: SandboxOptions) -> Result<(), Failure> {
    let Ok(_mark) = Mark::take()? else {
        return Err(Failure::new(FailureKind::Other, "the sandbox already runs")
            .note("Stop it with `trivore sandbox stop`."));
    };
    let profile = SandboxProfile::store(options.properties.as_deref(), options.default)?;
    let mut arguments = options.rest;
    arguments.extend(["--properties".into(), profile.properties.into()]);
    let outcome = finished(trivore_sandbox::run_program(arguments).await);
    let removed = SandboxProfile::remove();
    outcome.and(removed)
}

async fn start_detached(context: &Context, options: SandboxOptions) -> Result<(), Failure> {
    // Until the sandbox is ready, so that only one process writes and reads the log.
    let _lock = StartLock::wait()?;
    if running()?.is_some() {
        let address = address_in_log()?.unwrap_or_default();
        if !options.rest.is_empty() {
            let message = format!("the sandbox already runs, without these options: {address}");
            return Err(Failure::new(FailureKind::Other, message)
                .note("Stop it first with `trivore sandbox stop`."));
        }
        context.tell(format_args!("The sandbox already runs: {address}"));
        return Ok(());
    }
    let mut arguments = Vec::new();
    if options.default {
        arguments.push("--default".into());
    }
    if let Some(path) = options.properties {
        arguments.extend(["--properties".into(), path.into()]);
    }
    arguments.extend(options.rest);
    let address = detached::start(&arguments).await?;
    context.tell(format_args!(
        "The sandbox runs at {address}, with the profile `sandbox`. It writes to {}.\nStop it with \
         `trivore sandbox stop`.",
        log_path()?.display()
    ));
    Ok(())
}

fn status(context: &Context) -> Result<(), Failure> {
    context.check_columns(&["running", "process", "address"])?;
    let process = running()?;
    let address = if process.is_some() { address_in_log()? } else { None };
    context.output().object(&json!({
        "running": process.is_some(),
        "process": process,
        "address": address,
    }))?;
    match process {
        Some(_) => Ok(()),
        None => Err(Failure::new(FailureKind::Other, "the sandbox does not run")
            .note("Start it with `trivore sandbox --detach`.")),
    }
}

async fn stop_it(context: &Context) -> Result<(), Failure> {
    let Some(process) = running()? else {
        // One that was killed could not remove it.
        SandboxProfile::remove()?;
        context.tell("The sandbox does not run.");
        return Ok(());
    };
    stop(process).await?;
    context.tell("Stopped the sandbox.");
    Ok(())
}

fn finished(code: ExitCode) -> Result<(), Failure> {
    if code == ExitCode::SUCCESS {
        return Ok(());
    }
    // The program has said why.
    Err(Failure::new(FailureKind::Usage, "the sandbox did not run"))
}
