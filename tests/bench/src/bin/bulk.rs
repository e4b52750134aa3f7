//! Section `bulk`: the runner for many items, and the creation of many users.
//!
//! Each measurement runs in its own process, so that its peak memory can be measured.

use std::process::ExitCode;

use trivore_bench::jobs::{Job, Work, grouped, measure, measure_with};
use trivore_bench::{Result, Scheme, Section, Server, Spread, Table, Unit};

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

    let users: u32 = if section.is_quick() { 2_000 } else { 20_000 };
    let creations = [("create_many", false), ("in one task", true)].map(|(name, in_one_task)| {
        let users = usize::try_from(users).unwrap_or(usize::MAX);
        let work = Work::Create { users, in_flight: IN_FLIGHT, in_one_task };
        (name.to_owned(), job(work))
    });
    let of = format!("Create users, {IN_FLIGHT} in flight, one user");
    if section.wants(&of) {
        create(section, &of, &server, &creations, users)?;
    }
    Ok(())
}

/// Measures the jobs, also their CPU times, which limit what more cores can gain: the busiest
/// thread is never faster than its own time, and all of them together no faster than their sum on
/// all cores.
fn create(
    section: &mut Section,
    of: &str,
    server: &Server,
    jobs: &[(String, Job)],
    users: u32,
) -> Result<()> {
    let mut samples = vec![[const { Vec::new() }; 4]; jobs.len()];
    measure_with(section, of, jobs, |index, job| {
        let before = server.usage().unwrap_or_default();
        let cost = job.run()?;
        let used = server.usage().unwrap_or_default() - before;
        let server = used.cpu.as_secs_f64() * 1e9 / f64::from(users);
        if let (Some(client), Some(busiest)) = (cost.cpu, cost.busiest_thread) {
            let new = [client, busiest, server, (client + server) / busiest];
            samples[index].iter_mut().zip(new).for_each(|(samples, new)| samples.push(new));
        }
        Ok(cost)
    })?;
    if samples.iter().flatten().any(Vec::is_empty) {
        section.note("The system does not report CPU times of threads.");
        return Ok(());
    }
    let mut table = Table::new(["", "client", "its busiest thread", "server", "sum / busiest"]);
    for ((name, _), samples) in jobs.iter().zip(&samples) {
        let [client, busiest, server, cores] = samples.each_ref().map(|it| Spread::of(it).median);
        let [client, busiest, server] = [client, busiest, server].map(|it| Unit::Time.show(it));
        table.row([name.clone(), client, busiest, server, format!("{cores:.2}")]);
    }
    section.show(&format!("{of}: CPU time"), &table);
    Ok(())
}

const ITEMS: [usize; 2] = [100_000, 1_000_000];
const IN_FLIGHT: usize = 64;
