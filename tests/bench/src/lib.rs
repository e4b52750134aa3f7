//! Benchmarks of the SDK against its alternatives.
//!
//! Each binary is one section. It creates contenders, runs them in turns, prints tables, and writes
//! the ratios of their times as JSON. `cargo xtask bench --check` compares the ratios with the
//! goals.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use trivore_bench::{Contender, Section};
//!
//! fn main() -> ExitCode {
//!     trivore_bench::run("sorting", |section: &mut Section| {
//!         let numbers = vec![3, 1, 2];
//!         section.compare("three numbers", vec![
//!             Contender::repeat("stable", || numbers.clone().sort()),
//!             Contender::repeat("unstable", || numbers.clone().sort_unstable()),
//!         ])
//!     })
//! }
//! ```

pub mod body;
mod contender;
pub mod contenders;
mod cores;
mod error;
pub mod jobs;
mod random;
mod rounds;
mod section;
mod server;
mod spread;
mod store;
mod table;
mod usage;

pub use contender::{Caller, Contender};
pub use cores::on_one_core;
pub use error::{Error, Result, conclude};
pub use random::Random;
pub use rounds::{Plan, order};
pub use section::{Section, run};
pub use server::{Connections, Scheme, Server, ServerSettings, Target};
pub use spread::{Spread, ratios};
pub use store::{Store, StoreContents, StoreCounts, StoreSettings};
pub use table::{Table, Unit};
pub use usage::{Usage, memory};
