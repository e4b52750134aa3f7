//! Section `limit`: the creation of many users against a server that limits the rate.

use std::process::ExitCode;

use trivore_bench::jobs::{Job, Work, grouped};
use trivore_bench::{Result, Section, Store, StoreSettings, Table, Unit};

fn main() -> ExitCode {
    trivore_bench::run("limit", limit)
}

fn limit(section: &mut Section) -> Result<()> {
    let users: u32 = if section.is_quick() { 2_000 } else { 10_000 };
    section.note(&format!(
        "{} users, one of them. The server has a token bucket, which is full at first. Over its \
         rate, it responds with 429 and `Retry-After: 1`. The section fails if a call does.",
        grouped(users.try_into()?)
    ));
    for burst in BURSTS {
        let of = format!("Create users at {PER_SECOND} per second, bucket of {burst}");
        if section.wants(&of) {
            measure(section, &of, users, burst)?;
        }
    }
    Ok(())
}

fn measure(section: &mut Section, of: &str, users: u32, burst: f64) -> Result<()> {
    let settings = StoreSettings { per_second: PER_SECOND, burst, lost: 0.0, reset: 0.0, seed: 0 };
    let mut times = Vec::new();
    let mut table = Table::new(["", "rate used", "requests refused"]);
    for (name, per_second) in [("limit set", Some(PER_SECOND)), ("limit not set", None)] {
        let store = Store::start(&settings)?;
        let (users, in_flight) = (users.try_into()?, IN_FLIGHT);
        let work = Work::CreateAtRate { users, in_flight, per_second };
        times.push((name.to_owned(), vec![Job::new(work, store.target()).run()?.per_item]));
        let counts = store.counts()?;
        let used = format!("{:.1} %", counts.used * 100.0);
        table.row([name.to_owned(), used, counts.refused.to_string()]);
    }
    let least = (f64::from(users) - burst) / PER_SECOND;
    times.push(("least".to_owned(), vec![least * 1e9 / f64::from(users)]));
    section.record(of, Unit::Time, &times);
    section.show(&format!("{of}: use"), &table);
    Ok(())
}

const PER_SECOND: f64 = 200.0;
const BURSTS: [f64; 2] = [20.0, 200.0];
const IN_FLIGHT: usize = 64;
