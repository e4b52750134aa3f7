//! Runs a sandbox that keeps its state in a file, until it is killed or its input ends.
//!
//! The argument is the path of the file. The first line of the output is the URL.

#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::env;
use std::error::Error;
use std::io;

use trivore_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: kept-sandbox FILE")?;
    let sandbox = Sandbox::builder().data(path).start().await?;
    println!("{}", sandbox.url());
    // The program does not outlive the test that started it.
    tokio::task::spawn_blocking(|| io::read_to_string(io::stdin())).await??;
    Ok(())
}
