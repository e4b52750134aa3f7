//! Repeats one operation of the SDK: `cost WORK COUNT`.
//!
//! Prints the number of allocations and the allocated bytes. `cargo xtask budget` divides both by
//! the count, and runs the program under callgrind to count instructions. The program uses no
//! sockets, no other threads and no timing, so that the figures are reproducible.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod leaf;
mod sample;
mod work;

use std::{alloc::System, env, error::Error, process::ExitCode};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(work), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: cost WORK COUNT".into());
    };
    let count = count.parse()?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let change = runtime.block_on(work::run(&work, count))?;
    println!("{} {}", change.allocations + change.reallocations, change.bytes_allocated);
    Ok(())
}
