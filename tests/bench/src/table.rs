//! Markdown tables.

use std::fmt;

/// A table with headers; all columns but the first are right-aligned.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table with these headers.
    pub fn new<const N: usize>(headers: [&str; N]) -> Self {
        Self { rows: vec![headers.map(str::to_owned).into()] }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                if column == 0 {
                    write!(f, "| {cell:<width$} |")?;
                } else {
                    write!(f, " {cell:>width$} |")?;
                }
            }
            writeln!(f)?;
            if number == 0 {
                for column in 0..row.len() {
                    let line = "-".repeat(self.width(column) + 1);
                    f.write_str(&if column == 0 {
                        format!("|{line}-|")
                    } else {
                        format!("{line}:|")
                    })?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Nanoseconds.
    Time,
    /// Bytes.
    Memory,
    /// A number of things.
    Count,
}

impl Unit {
    /// Formats a value with its unit and three significant digits.
    pub fn show(self, value: f64) -> String {
        let steps: &[(f64, &str)] = match self {
            Self::Time => &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")],
            Self::Memory => &[(1_048_576.0, "MiB"), (1024.0, "KiB"), (1.0, "B")],
            Self::Count => return digits(value),
        };
        let step = steps.iter().find(|(size, _)| value >= *size).or(steps.last());
        step.map_or_else(String::new, |(size, name)| format!("{} {name}", digits(value / size)))
    }
}

/// Formats a number with three significant digits.
pub(crate) fn digits(value: f64) -> String {
    let decimals = match value {
        value if value >= 99.95 => 0,
        value if value >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(["name", "time"]);
        table.row(["a".to_owned(), "12.3 µs".to_owned()]);

        assert_eq!(
            table.to_string(),
            "| name |    time |\n|------|--------:|\n| a    | 12.3 µs |\n"
        );
    }

    #[test]
    fn three_digits_count() {
        assert_eq!(Unit::Time.show(1_234.0), "1.23 µs");
        assert_eq!(Unit::Time.show(45_678_900.0), "45.7 ms");
        assert_eq!(Unit::Time.show(0.5), "0.50 ns");
        assert_eq!(Unit::Memory.show(10.0 * 1024.0), "10.0 KiB");
        assert_eq!(Unit::Count.show(0.6), "0.60");
        assert_eq!(digits(123.4), "123");
    }
}
