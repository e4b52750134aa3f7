//! Section `bulk`: the runner for many items, and the creation of many users.
//!
//! Each measurement runs in its own process, so that its peak memory can be measured.

use std::process::ExitCode;

use trivore_bench::jobs::{Job, Work, grouped, measure};
use trivore_bench::{Result, Scheme, Section, Server};

fn main() -> ExitCode {
    trivore_bench::run("bulk", bulk)
}

fn bulk(section: &mut Section) -> Result<()> {
    let server = Server::start()?;
    let job = |work| Job::new(work, server.target(Scheme::Http));
    section.note("The items of the runner do nothing; each has a key of its own.");

    for (has_journal, name) in [(true, "with a journal, no fsync"), (false, "without a journal")] {
        let runs = ITEMS.map(|items| {
            let work = Work::Run { items, in_flight: IN_FLIGHT, has_journal };
            (format!("{} items", grouped(items)), job(work))
        });
        measure(section, &format!("An item through the runner, {name}"), &runs)?;
    }

    let users = if section.is_quick() { 2_000 } else { 20_000 };
    let creations = [("create_many", false), ("in one task", true)].map(|(name, in_one_task)| {
        let work = Work::Create { users, in_flight: IN_FLIGHT, in_one_task };
        (name.to_owned(), job(work))
    });
    measure(section, &format!("Create users, {IN_FLIGHT} in flight, one user"), &creations)
}

const ITEMS: [usize; 2] = [100_000, 1_000_000];
const IN_FLIGHT: usize = 64;
