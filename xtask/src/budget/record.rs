//! The recorded figures, and their comparison with measured ones.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

use super::{
    figure::{Band, Figure, Kind},
    toolchain::Toolchain,
};

/// Figures by kind and name, and the toolchain that they were measured with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) toolchain: Toolchain,
    figures: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

/// A recorded figure and the measured one.
pub(super) struct Row {
    pub(super) kind: Kind,
    name: String,
    recorded: Option<u64>,
    measured: Option<u64>,
    band: Band,
}

impl Record {
    /// Creates a record without figures.
    pub(super) fn new(toolchain: Toolchain) -> Self {
        Self { toolchain, figures: BTreeMap::new() }
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let text = |key: &str| json[key].as_str().ok_or_else(|| format!("no `{key}`"));
        let mut record = Self::new(Toolchain {
            rustc: text("rustc")?.to_owned(),
            target: text("target")?.to_owned(),
        });
        for kind in Kind::ALL {
            for (name, value) in json[kind.key()].as_object().into_iter().flatten() {
                let not_a_number = || format!("`{}.{name}` is not a number", kind.key());
                record.set(kind, name, value.as_u64().ok_or_else(not_a_number)?);
            }
        }
        Ok(record)
    }

    /// Compares all figures of the given kinds.
    pub(super) fn compare(&self, kinds: &[Kind], measured: &[Figure], by: &Toolchain) -> Vec<Row> {
        let mut rows = Vec::new();
        for &kind in kinds {
            let mut names: BTreeMap<&str, (Option<u64>, Option<u64>)> = BTreeMap::new();
            for (name, value) in self.figures.get(kind.key()).into_iter().flatten() {
                names.entry(name).or_default().0 = Some(*value);
            }
            for figure in measured.iter().filter(|figure| figure.kind == kind) {
                names.entry(figure.name).or_default().1 = Some(figure.value);
            }
            let band = kind.band(self.toolchain == *by);
            rows.extend(names.into_iter().map(|(name, (recorded, measured))| Row {
                kind,
                name: name.to_owned(),
                recorded,
                measured,
                band,
            }));
        }
        rows
    }

    /// Updates the figures outside of their bands. The others stay, so that small changes cannot
    /// add up unnoticed.
    pub(super) fn update(&mut self, rows: &[Row], by: Toolchain) {
        let is_same_compiler = self.toolchain == by;
        for row in rows {
            let stays = is_same_compiler || row.kind.is_portable();
            match row.measured {
                Some(_) if stays && row.is_within() => {}
                Some(value) => self.set(row.kind, &row.name, value),
                None => self.remove(row.kind, &row.name),
            }
        }
        self.toolchain = by;
    }

    fn set(&mut self, kind: Kind, name: &str, value: u64) {
        self.figures.entry(kind.key()).or_default().insert(name.to_owned(), value);
    }

    fn remove(&mut self, kind: Kind, name: &str) {
        self.figures.entry(kind.key()).or_default().remove(name);
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut json = Map::new();
        json.insert("rustc".to_owned(), self.toolchain.rustc.as_str().into());
        json.insert("target".to_owned(), self.toolchain.target.as_str().into());
        for (key, figures) in &self.figures {
            let figures: Map<_, _> =
                figures.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
            json.insert((*key).to_owned(), figures.into());
        }
        writeln!(f, "{:#}", Value::Object(json))
    }
}

impl Row {
    pub(super) fn is_within(&self) -> bool {
        match (self.recorded, self.measured) {
            (Some(recorded), Some(measured)) => self.band.holds(recorded, measured),
            (None, _) | (_, None) => false,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |n| n.to_string());
        write!(f, "{:<18} {:<32}", self.kind.key(), self.name)?;
        write!(f, " {:>11} {:>11}  ", number(self.recorded), number(self.measured))?;
        match (self.recorded, self.measured) {
            (None, _) => f.write_str("NOT RECORDED"),
            (_, None) => f.write_str("NOT MEASURED"),
            _ if self.is_within() => f.write_str("ok"),
            _ => write!(f, "OUTSIDE ({})", self.band),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "allocations": {
    "get": 100
  },
  "crates": {
    "trivore": 90
  },
  "instructions": {
    "get": 5000
  },
  "rustc": "1.95.0",
  "target": "x"
}
"#;

    fn toolchain(rustc: &str) -> Toolchain {
        Toolchain { rustc: rustc.to_owned(), target: "x".to_owned() }
    }

    fn figure(kind: Kind, name: &'static str, value: u64) -> Figure {
        Figure { kind, name, value }
    }

    /// Compares figures that `rustc` measured with `TEXT` and checks which are within their bands.
    #[track_caller]
    fn check(kinds: &[Kind], measured: &[Figure], rustc: &str, expected: &[bool]) {
        let rows = Record::read(TEXT).unwrap().compare(kinds, measured, &toolchain(rustc));

        assert_eq!(rows.iter().map(Row::is_within).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        assert_eq!(Record::read(TEXT).unwrap().to_string(), TEXT);
    }

    #[test]
    fn a_record_without_a_compiler_or_with_other_values_is_refused() {
        assert!(Record::read("{}").is_err());
        assert!(Record::read(&TEXT.replace("100", "-1")).is_err());
        assert!(Record::read(&TEXT.replace("100", "\"a\"")).is_err());
    }

    #[test]
    fn one_allocation_more_fails() {
        check(&[Kind::Allocations], &[figure(Kind::Allocations, "get", 100)], "1.95.0", &[true]);
        check(&[Kind::Allocations], &[figure(Kind::Allocations, "get", 101)], "1.95.0", &[false]);
        check(&[Kind::Allocations], &[figure(Kind::Allocations, "get", 99)], "1.95.0", &[false]);
    }

    #[test]
    fn what_is_not_recorded_or_not_measured_fails() {
        let other = [figure(Kind::Allocations, "list", 1)];

        check(&[Kind::Allocations], &other, "1.95.0", &[false, false]);
        check(&[], &other, "1.95.0", &[]);
    }

    #[test]
    fn another_compiler_has_a_wider_band() {
        let measured = [figure(Kind::Instructions, "get", 5500)];

        check(&[Kind::Instructions], &measured, "1.95.0", &[false]);
        check(&[Kind::Instructions], &measured, "1.96.0", &[true]);
    }

    #[test]
    fn only_what_is_outside_is_recorded_anew() {
        let measured = [
            figure(Kind::Allocations, "list", 7),
            figure(Kind::Crates, "trivore", 91),
            figure(Kind::Instructions, "get", 5001),
        ];
        let mut record = Record::read(TEXT).unwrap();

        let rows = record.compare(&Kind::ALL, &measured, &toolchain("1.95.0"));
        record.update(&rows, toolchain("1.95.0"));

        let expected = TEXT.replace(r#""get": 100"#, r#""list": 7"#).replace("90", "91");
        assert_eq!(record.to_string(), expected);
    }

    #[test]
    fn another_compiler_records_all_that_is_its_own() {
        let measured =
            [figure(Kind::Allocations, "get", 100), figure(Kind::Instructions, "get", 5001)];
        let mut record = Record::read(TEXT).unwrap();

        let kinds = [Kind::Allocations, Kind::Instructions];
        let rows = record.compare(&kinds, &measured, &toolchain("1.96.0"));
        record.update(&rows, toolchain("1.96.0"));

        assert_eq!(record.to_string(), TEXT.replace("5000", "5001").replace("1.95.0", "1.96.0"));
    }

    #[test]
    fn a_row_tells_what_is_wrong() {
        let measured =
            [figure(Kind::Allocations, "get", 101), figure(Kind::Instructions, "get", 4000)];

        let kinds = [Kind::Allocations, Kind::Crates, Kind::Instructions];
        let rows = Record::read(TEXT).unwrap().compare(&kinds, &measured, &toolchain("1.95.0"));

        let ends = ["100         101  OUTSIDE (exactly)", "90           -  NOT MEASURED", "(±3 %)"];
        for (row, end) in rows.iter().zip(ends) {
            assert!(row.to_string().ends_with(end), "{row}");
        }
    }
}
