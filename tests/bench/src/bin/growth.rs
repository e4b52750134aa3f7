//! Section `growth`: time and memory as the number of users grows.
//!
//! Each measurement runs in its own process, so that its peak memory can be measured.

use std::process::ExitCode;

use trivore_bench::jobs::{Job, Work, grouped, measure};
use trivore_bench::{Result, Scheme, Section, Server};

fn main() -> ExitCode {
    trivore_bench::run("growth", growth)
}

fn growth(section: &mut Section) -> Result<()> {
    let server = Server::start()?;
    section.note("Peak memory is the peak resident set size of the whole process.");

    let lists = LISTS.map(|users| {
        let job = Job::new(Work::List { users }, server.target(Scheme::Http));
        (format!("{} users", grouped(users)), job)
    });
    measure(section, "List all users as a stream, one user", &lists)?;

    let users = if section.is_quick() { 1_000 } else { 10_000 };
    let creations = IN_FLIGHT.map(|in_flight| {
        let job = Job::new(
            Work::Create { users, in_flight, in_one_task: false },
            server.target(Scheme::Http),
        );
        (format!("{in_flight} in flight"), job)
    });
    measure(section, &format!("Create {} users, one user", grouped(users)), &creations)?;

    let reads = if section.is_quick() { 2 } else { 20 };
    let tasks = [
        ("HTTP/1.1, in the clear", Scheme::Http, None),
        ("HTTP/1.1, at most 64 requests", Scheme::Http, Some(64)),
        ("HTTP/2, over TLS", Scheme::Https, None),
    ]
    .map(|(name, scheme, at_most)| {
        let work = Work::Tasks { tasks: TASKS, reads, at_most };
        (name.to_owned(), Job::new(work, server.target(scheme)))
    });
    measure(section, &format!("{} tasks of one client, one read", grouped(TASKS)), &tasks)
}

const LISTS: [usize; 3] = [1_000, 10_000, 100_000];
const IN_FLIGHT: [usize; 3] = [1, 8, 64];
const TASKS: usize = 1_000;
