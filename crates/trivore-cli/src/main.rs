//! The program `trivore`: the command line for people who run an installation.

mod apply;
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
mod output;
mod plan;
mod progress;
mod progress_terminal;
mod rows;
mod secret_fields;
mod users;
mod whoami;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::context::Context;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.global.apply_color();
    let context = Context::new(cli.global);
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
