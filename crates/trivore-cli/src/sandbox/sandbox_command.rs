//! `trivore sandbox`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::detached;
use super::facts::{NAME, SandboxFacts};
use super::hangup::end_at_hangup;
use super::running::{Mark, StartLock, address_in_log, log_path, running, stop};
use super::sandbox_options::SandboxOptions;
use super::sandbox_profile::SandboxProfile;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::profiles::ProfileName;

/// Starts a local server that behaves like the service, and makes the profile `sandbox` for it.
///
/// `--profile` gives the profile another name. The profile becomes the default one if there is none.
/// Ctrl-C stops the server, removes the profile, and makes the earlier default profile the default
/// one again. All options of the program `trivore-sandbox` can be given;
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
    /// Make the profile of the sandbox the default one, even if there is another.
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
        options.profile = options.profile.or_else(|| context.global.profile.clone());
        if let Some(name) = &options.profile {
            name.parse::<ProfileName>().map_err(Failure::usage)?;
        }
        let is_help = |argument: &OsString| {
            ["--help", "-h", "--version", "-V"].iter().any(|help| argument == help)
        };
        if options.rest.iter().any(is_help) {
            let code = trivore_sandbox::run_program(options.rest).await;
            let failure = Failure::new(FailureKind::Other, "the sandbox has no help to show");
            return if code == ExitCode::SUCCESS { Ok(()) } else { Err(failure) };
        }
        if options.detach {
            start_detached(context, options).await
        } else {
            start(context, options).await
        }
    }
}

async fn start(context: &Context, options: SandboxOptions) -> Result<(), Failure> {
    let Ok(_mark) = Mark::take()? else {
        return Err(Failure::new(FailureKind::Other, "the sandbox already runs")
            .note("Stop it with `trivore sandbox stop`."));
    };
    end_at_hangup();
    let facts = SandboxProfile::prepare(&options)?.store(options.default)?;
    let mut arguments = options.rest;
    arguments.extend(["--properties".into(), facts.properties.clone().into()]);
    let outcome = finished(trivore_sandbox::run_program(arguments).await);
    let removed = SandboxProfile::remove(&facts);
    if let Ok(true) = removed {
        tell_kept(context, &facts);
    }
    outcome.and(removed.map(|_is_kept| ()))
}

async fn start_detached(context: &Context, options: SandboxOptions) -> Result<(), Failure> {
    // Until the sandbox is ready, so that only one process writes and reads the log.
    let _lock = StartLock::wait()?;
    if running()?.is_some() {
        let address = address_in_log()?.unwrap_or_default();
        let asked = options.checksum();
        let is_same = SandboxFacts::read()?.is_some_and(|facts| facts.options == asked);
        if !is_same && !options.to_arguments().is_empty() {
            let message = format!("the sandbox already runs, without these options: {address}");
            return Err(Failure::new(FailureKind::Other, message)
                .note("Stop it first with `trivore sandbox stop`."));
        }
        if !options.rest.is_empty() {
            let message = format!("the sandbox already runs: {address}");
            return Err(Failure::new(FailureKind::Other, message));
        }
        context.tell(format_args!("The sandbox already runs: {address}"));
        return Ok(());
    }
    // A profile that is in the way is reported here, and not in the log.
    drop(SandboxProfile::prepare(&options)?);
    let address = detached::start(&options.to_arguments()).await?;
    context.tell(format_args!(
        "The sandbox runs at {address}, with the profile `{}`. It writes to {}.\nStop it with \
         `trivore sandbox stop`.",
        options.profile.as_deref().unwrap_or(NAME),
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
    let facts = SandboxFacts::read()?;
    let process = running()?;
    let is_known = process.is_some() || facts.is_some();
    let facts = facts.map_or_else(SandboxFacts::usual, Ok)?;
    if let Some(process) = process {
        stop(process).await?;
    }
    // Unless another one has started: one that was killed could not remove its profile.
    let is_kept = match Mark::take()? {
        Ok(_mark) => SandboxProfile::remove(&facts)?,
        Err(_process) => false,
    };
    context.tell(if process.is_some() {
        "Stopped the sandbox."
    } else {
        "The sandbox does not run."
    });
    if is_known && is_kept {
        tell_kept(context, &facts);
    }
    Ok(())
}

fn tell_kept(context: &Context, facts: &SandboxFacts) {
    context.tell(format_args!(
        "Kept the profile `{}`, which is no longer that of the sandbox.",
        facts.profile
    ));
}

fn finished(code: ExitCode) -> Result<(), Failure> {
    if code == ExitCode::SUCCESS {
        return Ok(());
    }
    // The program has said why.
    Err(Failure::new(FailureKind::Usage, "the sandbox did not run"))
}
