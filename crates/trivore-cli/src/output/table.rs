//! Tables for terminals.

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, Width};
use jiff::Timestamp;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::cells::{find, text as value_text};
use super::printable::printable_line;
use super::relative_time::relative;
use crate::secret_fields::mask;

/// How a table shows values.
pub(crate) struct TableOptions {
    /// Columns of the terminal, if it is one.
    pub(crate) width: Option<u16>,
    pub(crate) show_secrets: bool,
    pub(crate) now: Timestamp,
}

impl TableOptions {
    /// Returns a field for a person to read: relative times, and no personal codes.
    pub(crate) fn text(&self, document: &Value, path: &str) -> String {
        let mut value = find(document, path).unwrap_or_default();
        if !self.show_secrets {
            let name = path.rsplit('.').next().unwrap_or(path);
            mask(name, &mut value);
        }
        let text = value_text(&value, ", ");
        let text = relative(&text, self.now).unwrap_or(text);
        printable_line(&text)
    }

    /// Returns a table with one row for each document; if the terminal is too narrow for it, the
    /// fields of each document below each other.
    pub(crate) fn rows(&self, columns: &[String], rows: &[Vec<String>]) -> String {
        let headings: Vec<_> = columns.iter().map(|path| heading(path, columns)).collect();
        let longest_words = longest_words(&headings, rows);
        let least = columns.iter().zip(&longest_words).map(|(path, longest)| {
            let least = if path == "id" { *longest } else { (*longest).min(LEAST_WIDTH) };
            least + usize::from(SPACE)
        });
        if self.width.is_some_and(|width| usize::from(width) < least.sum()) {
            return self.records(&headings, rows);
        }
        let mut table = self.table();
        table.set_header(headings.iter().map(Cell::new));
        table.add_rows(rows);
        self.keep_words(&mut table, &longest_words);
        // People copy identifiers, so these stay in one piece.
        let id = columns.iter().position(|path| path == "id");
        if let Some(column) = id.and_then(|index| table.column_mut(index)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        let text = text(&mut table);
        let (heading, rows) = text.split_once('\n').unwrap_or((&text, ""));
        format!("{BOLD}{heading}{BOLD:#}\n{rows}")
    }

    /// Returns a table with one row for each field.
    pub(crate) fn fields(&self, document: &Value, columns: &[String]) -> String {
        let mut table = self.table();
        for column in columns {
            let text = self.text(document, column);
            if !text.is_empty() {
                table.add_row([column.clone(), text]);
            }
        }
        text(&mut table)
    }

    /// Keeps words, such as e-mail addresses, in one piece if the terminal is wide enough.
    fn keep_words(&self, table: &mut Table, longest_words: &[usize]) {
        let Some(width) = self.width else { return };
        let widths: Vec<_> =
            longest_words.iter().map(|longest| longest + usize::from(SPACE)).collect();
        if widths.iter().sum::<usize>() > usize::from(width) {
            return;
        }
        for (column, longest) in table.column_iter_mut().zip(widths) {
            let longest = u16::try_from(longest).unwrap_or(width);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(longest)));
        }
    }

    /// Returns the fields of each row below each other, and an empty line between rows.
    fn records(&self, headings: &[&str], rows: &[Vec<String>]) -> String {
        let record = |row: &Vec<String>| {
            let mut table = self.table();
            let fields = headings.iter().zip(row).filter(|(_, text)| !text.is_empty());
            table.add_rows(fields.map(|(heading, text)| [(*heading).to_owned(), text.clone()]));
            text(&mut table)
        };
        rows.iter().map(record).collect::<Vec<_>>().join("\n")
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING);
        if let Some(width) = self.width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table
    }
}

/// Returns the last name of a path, or the path if another column has the same last name.
fn heading<'a>(path: &'a str, columns: &[String]) -> &'a str {
    let last = |path: &'a str| path.rsplit('.').next().unwrap_or(path);
    let same = columns.iter().filter(|other| other.rsplit('.').next() == Some(last(path)));
    if same.count() > 1 { path } else { last(path) }
}

fn text(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, SPACE));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.extend([line.trim_end(), "\n"]);
    }
    text
}

/// Returns the widths of the longest words of columns.
fn longest_words(headings: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let longest = |(at, heading): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(String::as_str);
        let words = cells.chain([*heading]).flat_map(str::split_whitespace);
        words.map(UnicodeWidthStr::width).max().unwrap_or_default()
    };
    headings.iter().enumerate().map(longest).collect()
}

/// A column that is narrower is hard to read.
const LEAST_WIDTH: usize = 6;

/// Between two columns.
const SPACE: u16 = 2;

const BOLD: Style = Style::new().bold();

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::TableOptions;

    #[test]
    fn rows_are_below_each_other_on_a_narrow_terminal() {
        let columns = ["id", "username", "email"].map(str::to_owned);
        let row = |name: &str, email: &str| {
            vec!["5b0cfba4e2bb230ff8b535e6".to_owned(), name.to_owned(), email.to_owned()]
        };
        let rows = [row("jane", "jane.roe@example.com"), row("joe", "")];
        let table =
            TableOptions { width: Some(40), show_secrets: false, now: Timestamp::UNIX_EPOCH };
        let lines = [
            "id        5b0cfba4e2bb230ff8b535e6",
            "username  jane",
            "email     jane.roe@example.com",
            "",
            "id        5b0cfba4e2bb230ff8b535e6",
            "username  joe",
        ];
        assert_eq!(table.rows(&columns, &rows).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn words_stay_in_one_piece_while_they_fit() {
        let columns = ["id", "username", "email", "created"].map(str::to_owned);
        let row = ["5b0cfba4e2bb230ff8b535e6", "jane", "jane.roe@example.com", "3 minutes ago"];
        let rows = [row.map(str::to_owned).to_vec()];
        let lines = |width| {
            let table = TableOptions {
                width: Some(width),
                show_secrets: false,
                now: Timestamp::UNIX_EPOCH,
            };
            let text = table.rows(&columns, &rows);
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(80).len(), 1);
        let narrow = lines(68);
        assert!(narrow.len() > 1, "{narrow:?}");
        assert!(narrow[0].contains("jane.roe@example.com  3"), "{narrow:?}");
        // Longer words are broken, and the identifier stays in one piece.
        let narrow = lines(50);
        assert!(narrow.iter().any(|line| line.starts_with("5b0cfba4e2bb230ff8b535e6  ")));
    }

    #[test]
    fn secrets_are_masked_wherever_they_are() {
        let mut table =
            TableOptions { width: None, show_secrets: false, now: Timestamp::UNIX_EPOCH };
        let document = json!({
            "legal": {"personalIdentityCode": "131052-308T", "lastName": "Roe"},
            "list": [{"personalId": "131052-308T", "x": 1}], "personalId": "",
        });
        for path in ["legal.personalIdentityCode", "legal", "list", "list.personalId"] {
            let text = table.text(&document, path);
            assert!(text.contains("****") && !text.contains("131052"), "{path}: {text}");
        }
        assert_eq!(table.text(&document, "personalId"), "");
        table.show_secrets = true;
        assert_eq!(table.text(&document, "legal.personalIdentityCode"), "131052-308T");
    }
}
