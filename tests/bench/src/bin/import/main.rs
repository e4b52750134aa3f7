//! Imports users with a process that is killed and resumed: `import [--users N] [--per-second N]
//! [--kills N] [--seed N]`.
//!
//! The process creates users and sends a message to each. It is killed at random times, and resumed
//! from its journals, while the store limits the rate, loses 5 % of the responses, and resets the
//! connections of 5 % of the requests. Fails if in the end a user is missing or exists more than
//! once, if a message was sent more than once, or if one is not sent and not said to be unknown.

#![expect(clippy::print_stdout, reason = "a command line tool")]

mod verdict;
mod worker;

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use lexopt::{Arg, ValueExt as _};
use tokio::runtime::Runtime;
use trivore_bench::{Random, Result, Store, StoreSettings};

use worker::{Import, Open};

fn main() -> ExitCode {
    trivore_bench::conclude(Command::parse().and_then(Command::run))
}

enum Command {
    Kill(Plan),
    Work(Import),
}

/// How much to import, and how often to kill it.
struct Plan {
    users: u32,
    per_second: f64,
    kills: usize,
    seed: u64,
}

impl Command {
    fn parse() -> Result<Self> {
        let mut plan = Plan { users: 10_000, per_second: 200.0, kills: 5, seed: 1 };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("users") => plan.users = arguments.value()?.parse()?,
                Arg::Long("per-second") => plan.per_second = arguments.value()?.parse()?,
                Arg::Long("kills") => plan.kills = arguments.value()?.parse()?,
                Arg::Long("seed") => plan.seed = arguments.value()?.parse()?,
                // What this program passes to the process that it kills.
                Arg::Long("worker") => {
                    let import = arguments.value()?.string()?;
                    return Ok(Self::Work(serde_json::from_str(&import)?));
                }
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(Self::Kill(plan))
    }

    fn run(self) -> Result<Vec<String>> {
        match self {
            Self::Kill(plan) => plan.run(),
            Self::Work(import) => {
                let open = Runtime::new()?.block_on(import.run())?;
                println!("{}", serde_json::to_string(&open)?);
                Ok(Vec::new())
            }
        }
    }
}

impl Plan {
    fn run(&self) -> Result<Vec<String>> {
        let Self { users, per_second, kills, seed } = *self;
        let settings = StoreSettings { per_second, burst: BURST, lost: 0.05, reset: 0.05, seed };
        let store = Store::start(&settings)?;
        let folder = tempfile::tempdir()?;
        let folder = folder.path().to_owned();
        let import = Import { target: store.target(), folder, users, per_second };

        for at in self.kill_points() {
            kill_at(&store, &import, at)?;
            let counts = store.counts()?;
            println!("killed after {} users and {} messages", counts.users, counts.messages);
        }
        let (mut open, mut runs) = (Open { is_unfinished: true, ..Open::default() }, 0);
        while open.is_unfinished && runs < MOST_RUNS {
            open = Import::finish(import.start()?)?;
            runs += 1;
        }

        let (counts, contents) = (store.counts()?, store.contents()?);
        println!(
            "after {kills} kills and {runs} more runs: {} users, {} messages, {} of them unknown to \
             the client; {} responses lost, {} connections reset, {} requests refused",
            counts.users,
            counts.messages,
            open.unknown_messages.len(),
            counts.lost,
            counts.reset,
            counts.refused,
        );
        Ok(verdict::complaints(users, &open, &counts, &contents))
    }

    /// Returns after how many users and messages the process is killed.
    fn kill_points(&self) -> Vec<u32> {
        let mut random = Random::new(self.seed);
        // A user and a message each. At the end, there is nothing left to kill.
        let all = 2 * self.users * 9 / 10;
        let mut points: Vec<_> = (0..self.kills).map(|_| random.below(all)).collect();
        points.sort_unstable();
        points
    }
}

/// Runs the import, and kills it when the store has so many users and messages.
fn kill_at(store: &Store, import: &Import, at: u32) -> Result<()> {
    for _ in 0..MOST_RUNS {
        let mut child = import.start()?;
        // A look-up may fail as well. Then the import ends, and the next run repeats it.
        while child.try_wait()?.is_none() {
            let counts = store.counts()?;
            if counts.users + counts.messages >= at {
                child.kill()?;
                child.wait()?;
                return Ok(());
            }
            sleep(Duration::from_millis(1));
        }
        Import::finish(child)?;
    }
    Err(format!("the import does not come as far as {at} users and messages").into())
}

const BURST: f64 = 20.0;
const MOST_RUNS: usize = 5;
