//! Options for the content of the sandbox and for runs that repeat.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::Builder;
use lexopt::{Parser, ValueExt};

/// Where the content comes from, and what is the same in every run.
#[derive(Default)]
pub(crate) struct DataFlags {
    data: Option<PathBuf>,
    seed: Option<PathBuf>,
    random_seed: Option<u64>,
    fixed_code: Option<String>,
    clock: Option<SystemTime>,
    start_time: Option<SystemTime>,
}

impl DataFlags {
    /// Returns whether an option is one of these.
    pub(crate) fn has(name: &str) -> bool {
        ["data", "seed", "random-seed", "fixed-code", "clock", "start-time"].contains(&name)
    }

    /// Reads the value of an option.
    pub(crate) fn read(&mut self, name: &str, arguments: &mut Parser) -> Result<(), lexopt::Error> {
        let value = arguments.value()?;
        match name {
            "data" => self.data = Some(value.into()),
            "seed" => self.seed = Some(value.into()),
            "random-seed" => self.random_seed = Some(value.parse()?),
            "fixed-code" => {
                let code = value.string()?;
                if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err("a code consists of digits".into());
                }
                self.fixed_code = Some(code);
            }
            _ => {
                let time: jiff::Timestamp = value.parse()?;
                let since = Duration::try_from(time.as_duration()).ok();
                let start = since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
                let start = Some(start.ok_or("the clock cannot start before 1970")?);
                match name {
                    "clock" => self.clock = start,
                    _ => self.start_time = start,
                }
            }
        }
        Ok(())
    }

    pub(crate) fn apply(self, mut builder: Builder) -> Builder {
        if let Some(path) = self.data {
            builder = builder.data(path);
        }
        if let Some(path) = self.seed {
            builder = builder.seed(path);
        }
        if let Some(seed) = self.random_seed {
            builder = builder.random_seed(seed);
        }
        if let Some(code) = self.fixed_code {
            builder = builder.fixed_code(&code);
        }
        if let Some(time) = self.start_time {
            builder = builder.start_time(time);
        }
        match self.clock {
            Some(time) => builder.standing_clock(time),
            None => builder,
        }
    }
}

pub(crate) const HELP: &str = "
Data:
  --data FILE         Keep the state in FILE, over restarts. If FILE exists, start
                      with its content. It contains passwords.
  --seed FILE         Start with the content of FILE, unless --data has content. It is
                      JSON; seed.schema.json of this crate describes it.

Runs that repeat:
  --random-seed N     Generate the same usernames, tokens and codes in every run.
  --fixed-code DIGITS Send this code in all text messages.
  --clock TIME        Start the clock at TIME, such as 2026-01-31T12:00:00Z. It moves
                      only when it is advanced.
  --start-time TIME   Start the clock at TIME. It runs from there.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<DataFlags, lexopt::Error> {
        let mut flags = DataFlags::default();
        let name = arguments[0];
        flags.read(name, &mut Parser::from_args(&arguments[1..])).map(|()| flags)
    }

    #[test]
    fn reads_values() {
        assert_eq!(read(&["data", "a"]).unwrap().data, Some("a".into()));
        assert_eq!(read(&["random-seed", "7"]).unwrap().random_seed, Some(7));
        let clock = read(&["clock", "1970-01-01T00:00:00Z"]).unwrap().clock;
        assert_eq!(clock, Some(SystemTime::UNIX_EPOCH));
        let start = read(&["start-time", "1970-01-01T00:00:00Z"]).unwrap().start_time;
        assert_eq!(start, Some(SystemTime::UNIX_EPOCH));
        assert_eq!(read(&["fixed-code", "0123"]).unwrap().fixed_code.as_deref(), Some("0123"));
    }

    #[test]
    fn refuses_other_values() {
        for arguments in [
            &["data"][..],
            &["random-seed", "-1"],
            &["random-seed", "x"],
            &["fixed-code", ""],
            &["fixed-code", "12a"],
            &["clock", "yesterday"],
            &["start-time", "yesterday"],
        ] {
            assert!(read(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn help_names_every_option() {
        for line in HELP.lines().filter_map(|line| line.trim().strip_prefix("--")) {
            assert!(DataFlags::has(line.split(' ').next().unwrap_or_default()), "{line}");
        }
        assert_eq!(HELP.matches("\n  --").count(), 6);
    }
}
