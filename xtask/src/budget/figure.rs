//! A measured number, and how far it may be from the recorded one.

use std::fmt;

/// The kind of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AllocatedBytes,
    Allocations,
    BuildSeconds,
    Crates,
    Instructions,
}

/// One measured number.
pub(super) struct Figure {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) value: u64,
}

/// How far a figure may be from the recorded one, in percent of the recorded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Band {
    below: u64,
    above: u64,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Allocations,
        Self::AllocatedBytes,
        Self::Instructions,
        Self::Crates,
        Self::BuildSeconds,
    ];

    /// The key in the record.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::AllocatedBytes => "allocated_bytes",
            Self::Allocations => "allocations",
            Self::BuildSeconds => "build_cpu_seconds",
            Self::Crates => "crates",
            Self::Instructions => "instructions",
        }
    }

    /// The allowed band. It is wider for another compiler, which generates other code and lays out
    /// futures differently.
    pub(super) fn band(self, is_same_compiler: bool) -> Band {
        match self {
            Self::Allocations | Self::Crates => Band { below: 0, above: 0 },
            Self::AllocatedBytes if is_same_compiler => Band { below: 0, above: 0 },
            // Other processes can slow a build down; a faster build is never an error.
            Self::BuildSeconds => Band { below: 100, above: 50 },
            // Counts that depend on time differ by half a percent between runs. In another folder,
            // symbols have other names and the optimizer makes other choices: that is two percent.
            Self::Instructions if is_same_compiler => Band { below: 3, above: 3 },
            Self::AllocatedBytes | Self::Instructions => Band { below: 10, above: 10 },
        }
    }

    /// Whether the figure is the same on every machine.
    pub(super) fn is_portable(self) -> bool {
        match self {
            Self::Allocations | Self::Crates => true,
            Self::AllocatedBytes | Self::BuildSeconds | Self::Instructions => false,
        }
    }
}

impl Band {
    pub(super) fn holds(self, recorded: u64, measured: u64) -> bool {
        let (difference, allowed) = match measured.checked_sub(recorded) {
            Some(above) => (above, self.above),
            None => (recorded - measured, self.below),
        };
        u128::from(difference) * 100 <= u128::from(recorded) * u128::from(allowed)
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { below: 0, above: 0 } => f.write_str("exactly"),
            Self { below, above } if below == above => write!(f, "±{above} %"),
            Self { below: _, above } => write!(f, "at most +{above} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[track_caller]
    fn check(kind: Kind, recorded: u64, measured: u64, expected: bool) {
        assert_eq!(kind.band(true).holds(recorded, measured), expected, "{recorded} {measured}");
    }

    #[test]
    fn allocations_and_crates_are_exact() {
        for kind in [Kind::Allocations, Kind::AllocatedBytes, Kind::Crates] {
            check(kind, 1_000_000, 1_000_000, true);
            check(kind, 1_000_000, 1_000_001, false);
            check(kind, 1_000_000, 999_999, false);
        }
    }

    #[test]
    fn instructions_may_differ_a_little_both_ways() {
        for (measured, expected) in [(9_699, false), (9_700, true), (10_300, true), (10_301, false)]
        {
            check(Kind::Instructions, 10_000, measured, expected);
        }
    }

    #[test]
    fn another_compiler_may_make_other_instructions() {
        let band = Kind::Instructions.band(false);

        assert!(band.holds(10_000, 11_000) && band.holds(10_000, 9_000));
        assert!(!band.holds(10_000, 11_001) && !band.holds(10_000, 8_999));
        assert!(!Kind::Allocations.band(false).holds(10, 11));
    }

    #[test]
    fn a_build_may_only_become_faster() {
        check(Kind::BuildSeconds, 40, 0, true);
        check(Kind::BuildSeconds, 40, 60, true);
        check(Kind::BuildSeconds, 40, 61, false);
    }
}
