//! One section of the benchmark: what it is asked to do, prints and writes down.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, ValueExt as _};
use serde_json::{Value, json};

use crate::table::digits;
use crate::{Contender, Plan, Result, Spread, Table, Unit, ratios};

/// Runs a section as the whole of a program.
pub fn run(name: &'static str, section: impl FnOnce(&mut Section) -> Result<()>) -> ExitCode {
    match Section::parse(name).and_then(|mut this| {
        section(&mut this)?;
        this.write()
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A section that runs.
#[derive(Debug)]
pub struct Section {
    name: &'static str,
    plan: Plan,
    is_quick: bool,
    python: Option<PathBuf>,
    results: Option<PathBuf>,
    /// Part of the names of the comparisons that are wanted.
    case: String,
    /// Part of the names of the contenders that are wanted.
    only: String,
    ratios: Vec<Value>,
}

impl Section {
    /// Reads the arguments: `--quick`, `--python PROGRAM`, `--results FILE`, and for a profiler
    /// `--case TEXT` and `--only TEXT`, which choose comparisons and contenders by their names.
    fn parse(name: &'static str) -> Result<Self> {
        println!("\n## {name}");
        let mut this = Self {
            name,
            plan: Plan::full(),
            is_quick: false,
            python: None,
            results: None,
            case: String::new(),
            only: String::new(),
            ratios: Vec::new(),
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("quick") => this.is_quick = true,
                Arg::Long("python") => this.python = Some(arguments.value()?.parse()?),
                Arg::Long("case") => this.case = arguments.value()?.parse()?,
                Arg::Long("only") => this.only = arguments.value()?.parse()?,
                Arg::Long("results") => this.results = Some(arguments.value()?.parse()?),
                _ => return Err(argument.unexpected().into()),
            }
        }
        if this.is_quick {
            this.plan = Plan::quick();
        }
        Ok(this)
    }

    /// Whether to measure less, for a first look.
    pub fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// The interpreter that has the vendor's SDK; without one its contenders are left out.
    pub fn python(&self) -> Option<&Path> {
        self.python.as_deref()
    }

    /// Whether a comparison was asked for: its contenders may be dear to make.
    pub fn wants(&self, of: &str) -> bool {
        of.contains(&self.case)
    }

    /// Lets contenders take turns and prints how long one call of each takes.
    ///
    /// The first one is what the others are compared with in the table. Goals may name any two.
    ///
    /// # Errors
    ///
    /// A contender failed.
    pub fn compare(&mut self, of: &str, mut contenders: Vec<Contender<'_>>) -> Result<()> {
        contenders.retain(|contender| contender.name().contains(&self.only));
        if contenders.is_empty() || !self.wants(of) {
            return Ok(());
        }
        let samples = self.plan.measure(&mut contenders)?;
        let names = contenders.iter().map(|contender| contender.name().to_owned());
        let samples: Vec<_> = names.zip(samples).collect();
        self.record(of, Unit::Time, &samples);
        Ok(())
    }

    /// Prints samples that were taken round by round, and keeps their ratios for the goals.
    pub fn record(&mut self, of: &str, unit: Unit, samples: &[(String, Vec<f64>)]) {
        println!("\n### {of}\n\n{}", table(unit, samples));
        for (name, ours) in samples {
            for (other, theirs) in samples.iter().filter(|(other, _)| other != name) {
                let Spread { lower, median, upper, band } = Spread::of(&ratios(ours, theirs));
                self.ratios.push(json!({
                    "of": of, "ours": name, "theirs": other,
                    "lower": lower, "median": median, "upper": upper, "band": band,
                }));
            }
        }
    }

    /// Prints a table whose numbers no goal names.
    pub fn show(&self, of: &str, table: &Table) {
        println!("\n### {of}\n\n{table}");
    }

    /// Prints a sentence about the tables.
    pub fn note(&self, text: &str) {
        println!("\n{text}");
    }

    fn write(self) -> Result<()> {
        let Some(path) = &self.results else { return Ok(()) };
        let results = json!({"section": self.name, "ratios": self.ratios});
        Ok(fs::write(path, serde_json::to_vec_pretty(&results)?)?)
    }
}

fn table(unit: Unit, samples: &[(String, Vec<f64>)]) -> Table {
    let first = samples.first().map(|(name, _)| name.as_str()).unwrap_or_default();
    let mut table = match unit {
        Unit::Time => Table::new(["", "median", "quartiles", "per second", &format!("× {first}")]),
        Unit::Memory => Table::new(["", "median", "quartiles", &format!("× {first}")]),
    };
    for (name, times) in samples {
        let Spread { lower, median, upper, .. } = Spread::of(times);
        let relation = match samples.first() {
            Some((first, theirs)) if first != name => relation(&Spread::of(&ratios(times, theirs))),
            _ => "1".to_owned(),
        };
        let quartiles = format!("{} … {}", unit.show(lower), unit.show(upper));
        let name = name.clone();
        match unit {
            Unit::Time => {
                let rate = format!("{:.0}", 1e9 / median);
                table.row([name, unit.show(median), quartiles, rate, relation]);
            }
            Unit::Memory => table.row([name, unit.show(median), quartiles, relation]),
        }
    }
    table
}

fn relation(ratio: &Spread) -> String {
    format!("{} ± {}", digits(ratio.median), digits(ratio.band))
}
