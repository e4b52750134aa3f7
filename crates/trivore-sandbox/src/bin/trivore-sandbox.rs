//! The program `trivore-sandbox`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    trivore_sandbox::run_program(std::env::args_os().skip(1)).await
}
