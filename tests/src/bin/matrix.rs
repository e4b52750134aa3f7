//! Prints the fault matrix; fails if a cell fails.

#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let matrix = trivore_tests::matrix::run().await;
    println!("{matrix}");
    if matrix.problems().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
