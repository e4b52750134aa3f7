//! Runs the program `cost`, which measures a call, a page or a user.

use std::{fs, path::Path, process::Command};

use super::figure::{Figure, Kind};
use crate::process;

/// The work items of the program, each with its number of repetitions.
const WORKS: [(&str, u64); 6] = [
    ("decode_page", 3),
    ("decode_page_with_unknown_fields", 3),
    ("delete", 1000),
    ("encode_user", 1000),
    ("get", 1000),
    ("get_with_token", 1000),
];

/// Reads the number of allocations and allocated bytes, which the program prints.
pub(super) fn allocations(cost: &Path) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for (name, count) in WORKS {
        let text = process::read(Command::new(cost).arg(name).arg(count.to_string()))?;
        let [allocations, bytes] = numbers(&text)?;
        for (kind, total) in [(Kind::Allocations, allocations), (Kind::AllocatedBytes, bytes)] {
            if total % count != 0 {
                return Err(format!(
                    "{name}: {total} {} is not a multiple of {count} repetitions",
                    kind.key()
                ));
            }
            figures.push(Figure { kind, name, value: total / count });
        }
    }
    Ok(figures)
}

fn numbers(text: &str) -> Result<[u64; 2], String> {
    let numbers: Result<Vec<u64>, _> = text.split_whitespace().map(str::parse).collect();
    let numbers = numbers.ok().and_then(|numbers| numbers.try_into().ok());
    numbers.ok_or_else(|| format!("`cost` printed {text:?}, expected two numbers"))
}

pub(super) fn has_callgrind() -> bool {
    process::succeeds(Command::new("valgrind").args(["--tool=callgrind", "--version"]))
}

/// Counts instructions per repetition. Subtracts a run from one with twice the repetitions, which
/// removes the program's startup.
pub(super) fn instructions(cost: &Path, folder: &Path) -> Result<Vec<Figure>, String> {
    WORKS
        .into_iter()
        .map(|(name, count)| {
            let once = callgrind(cost, folder, name, count)?;
            let twice = callgrind(cost, folder, name, 2 * count)?;
            let value = twice.saturating_sub(once) / count;
            Ok(Figure { kind: Kind::Instructions, name, value })
        })
        .collect()
}

fn callgrind(cost: &Path, folder: &Path, work: &str, count: u64) -> Result<u64, String> {
    let profile = folder.join("callgrind.out");
    process::read(
        Command::new("valgrind")
            .args(["--quiet", "--tool=callgrind"])
            .arg(format!("--callgrind-out-file={}", profile.display()))
            .arg(cost)
            .args([work, &count.to_string()]),
    )?;
    let text =
        fs::read_to_string(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
    total(&text).ok_or_else(|| format!("{}: no line `totals:`", profile.display()))
}

fn total(profile: &str) -> Option<u64> {
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: "))?;
    total.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{numbers, total};

    #[test]
    fn two_numbers_are_expected_of_the_program() {
        assert_eq!(numbers("12 3456\n"), Ok([12, 3456]));
        assert!(numbers("12\n").is_err());
        assert!(numbers("1 2 3\n").is_err());
        assert!(numbers("a b\n").is_err());
    }

    #[test]
    fn the_total_of_a_profile_is_read() {
        assert_eq!(total("events: Ir\nfn=(1)\n12 3\n\ntotals: 65137\n"), Some(65_137));
        assert_eq!(total("events: Ir\n"), None);
    }
}
