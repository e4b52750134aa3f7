//! A section of the benchmark: its arguments, output and results.

#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, ValueExt as _};
use serde_json::{Value, json};

use crate::table::digits;
use crate::{Contender, Plan, Result, Spread, Table, Unit, conclude, ratios};

/// Runs a section as the main function of a program.
pub fn run(name: &'static str, section: impl FnOnce(&mut Section) -> Result<()>) -> ExitCode {
    let outcome = Section::parse(name).and_then(|mut this| {
        section(&mut this)?;
        this.write()
    });
    conclude(outcome.map(|()| Vec::new()).map_err(|error| format!("{name}: {error}").into()))
}

/// A running section.
#[derive(Debug)]
pub struct Section {
    name: &'static str,
    plan: Plan,
    is_quick: bool,
    python: Option<PathBuf>,
    results: Option<PathBuf>,
    /// Selects comparisons whose name contains this.
    case: String,
    /// Selects contenders whose name contains this.
    only: String,
    ratios: Vec<Value>,
}

impl Section {
    /// Parses the arguments `--quick`, `--python PROGRAM`, `--results FILE`, and for use with a
    /// profiler `--case TEXT` and `--only TEXT`, which select comparisons and contenders by name.
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

    /// Whether to measure less, for a first impression.
    pub fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// Returns the Python interpreter with the vendor's SDK. Without one, skip its contenders.
    pub fn python(&self) -> Option<&Path> {
        self.python.as_deref()
    }

    /// Whether a comparison is selected. Check this first if its contenders are expensive to
    /// create.
    pub fn wants(&self, of: &str) -> bool {
        of.contains(&self.case)
    }

    /// Runs contenders in turns and prints the time of one call of each.
    ///
    /// The table shows the ratio of each contender to the first one. Goals may name any two.
    ///
    /// # Errors
    ///
    /// A contender fails.
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

    /// Prints samples that were taken in rounds, and keeps their ratios for the goals.
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

    /// Prints a table that no goal refers to.
    pub fn show(&self, of: &str, table: &Table) {
        println!("\n### {of}\n\n{table}");
    }

    /// Prints a note about the tables.
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
        Unit::Memory | Unit::Count => {
            Table::new(["", "median", "quartiles", &format!("× {first}")])
        }
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
            Unit::Memory | Unit::Count => table.row([name, unit.show(median), quartiles, relation]),
        }
    }
    table
}

fn relation(ratio: &Spread) -> String {
    format!("{} ± {}", digits(ratio.median), digits(ratio.band))
}
