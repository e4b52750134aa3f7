//! The program `trivore`: the command line for people who run an installation.

mod api;
mod apply;
mod bulk_limits;
mod cli;
mod command;
mod connection;
mod context;
mod distinct_files;
mod exact_json;
mod expected;
mod export;
mod failure;
mod global_options;
mod hidden_prompt;
mod import;
mod interrupt;
mod journal;
mod known_secrets;
mod locked_journal;
mod nearest;
mod object_id;
mod output;
mod output_file;
mod plan;
mod plural;
mod private_file;
mod profiles;
mod progress;
mod progress_terminal;
mod rows;
mod sandbox;
mod secret_fields;
mod shell;
mod users;
mod whoami;

use std::process::ExitCode;

use clap::error::ContextValue;
use clap::{CommandFactory as _, Parser as _};
use clap_complete::CompleteEnv;

use crate::cli::Cli;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::output::{printable_line, write_styled};

fn main() -> ExitCode {
    // A shell that completes sets this variable; nothing else is done then.
    CompleteEnv::with_factory(Cli::command).complete();
    let outcome = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => return invalid(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    cli.global.apply_color();
    let context = Context::new(cli.global).describe(Cli::command);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::io("cannot start the asynchronous runtime", error))?;
    runtime.block_on(cli.command.run(&context))
}

/// Writes the help or the version that was asked for, or what is wrong with the command line.
fn invalid(mut error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match write_styled(&error.render().ansi().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        };
    }
    // What was typed, or came from a file, could control the terminal.
    let context: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in context {
        let value = match value {
            ContextValue::String(text) => ContextValue::String(printable_line(&text)),
            ContextValue::Strings(texts) => {
                ContextValue::Strings(texts.iter().map(|text| printable_line(text)).collect())
            }
            _ => continue,
        };
        error.insert(kind, value);
    }
    // If standard error is closed, there is nowhere left to report to.
    let _ = error.print();
    ExitCode::from(FailureKind::Usage as u8)
}
