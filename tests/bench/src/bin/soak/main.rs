//! Calls a server that is killed, drained and frozen in turn: `soak [--seconds N]`.
//!
//! Fails if a call exceeds its limit, if a call fails although the server is well, or if the client
//! accumulates file descriptors, memory or tasks.

#![expect(clippy::print_stdout, reason = "a command line tool")]

mod fault;
mod load;
mod resources;
mod verdict;

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::{Arg, ValueExt as _};
use tokio::runtime::Runtime;
use tokio::time::{Instant, sleep};
use trivore_bench::{Result, Server};

use fault::Fault;
use load::Load;
use resources::Resources;
use verdict::Record;

fn main() -> ExitCode {
    trivore_bench::conclude(run())
}

fn run() -> Result<Vec<String>> {
    let mut time = Duration::from_secs(300);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("seconds") => time = Duration::from_secs(arguments.value()?.parse()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    // The server and its faults are handled on this thread, which may block.
    let complaints = Runtime::new()?.block_on(soak(time))?;
    if complaints.is_empty() {
        println!("\nNo complaints.");
    }
    Ok(complaints)
}

async fn soak(time: Duration) -> Result<Vec<String>> {
    let mut server = Server::at(ADDRESS)?;
    let mut record = Record::new(Resources::now()?);
    let load = Load::start(&server)?;

    let end = Instant::now() + time;
    while Instant::now() < end {
        for fault in Fault::ALL {
            sleep(RECOVERY).await;
            load.expect_success(true);
            sleep(HEALTH).await;
            load.expect_success(false);
            record.healthy(Resources::now()?);
            fault.inflict(&mut server).await?;
        }
        println!("{}", record.round(load.counts()));
    }

    load.stop().await?;
    record.end(closed(record.before()).await?);
    Ok(record.complaints(load::LIMIT))
}

/// Waits until everything that a client has opened is closed, and returns what remains.
async fn closed(before: Resources) -> Result<Resources> {
    let deadline = Instant::now() + CLOSING;
    loop {
        let now = Resources::now()?;
        if now.is_closed(before) || Instant::now() > deadline {
            return Ok(now);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Not the address that connections come from. Otherwise, the system could choose the port of the
/// server that is down for a connection, which would then be one to itself.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Time after a fault in which calls may still fail because of it.
const RECOVERY: Duration = Duration::from_secs(1);
/// Time after that in which no call may fail.
const HEALTH: Duration = Duration::from_secs(1);
const CLOSING: Duration = Duration::from_secs(5);
