//! The program `trivore`: the command line for people who run an installation.

mod api;
mod apply;
mod bulk_limits;
mod cli;
mod command;
mod connection;
mod context;
mod exact_json;
mod export;
mod failure;
mod global_options;
mod hidden_prompt;
mod import;
mod interrupt;
mod journal;
mod known_secrets;
mod nearest;
mod object_id;
mod output;
mod output_file;
mod plan;
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

use clap::{CommandFactory as _, Parser as _};
use clap_complete::CompleteEnv;

use crate::cli::Cli;
use crate::context::Context;

fn main() -> ExitCode {
    // A shell that completes sets this variable; nothing else is done then.
    CompleteEnv::with_factory(Cli::command).complete();
    let cli = Cli::parse();
    cli.global.apply_color();
    let context = Context::new(cli.global).describe(Cli::command);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(cli.command.run(&context)),
        Err(error) => Err(failure::Failure::io("cannot start the asynchronous runtime", error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
