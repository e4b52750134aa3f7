//! Rows of CSV files, as spreadsheets and other programs write them.

use std::io::{self, BufRead, Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::json_rows::MOST_BYTES;
use super::problem::Problem;

/// Reads the records of a CSV file; the first one is the header.
pub(crate) struct CsvRows {
    reader: Reader<Limited>,
    record: ByteRecord,
    /// Whether lines end with a carriage return and a line feed.
    is_crlf: bool,
    /// Lines before those that the reader counts.
    lines_before: u64,
    has_ended: bool,
}

/// The line of a record, and its cells: texts, or the first byte that is not UTF-8.
pub(crate) type CsvRow<'a> = (u64, Vec<Result<&'a str, u8>>);

/// Why a file cannot be read further.
#[derive(Debug)]
pub(crate) enum CsvError {
    Io(io::Error),
    Problem(Problem),
}

/// Text that ends after a number of bytes, which is set again for each record, so that a quote that
/// is not closed does not fill the memory.
struct Limited {
    text: Box<dyn Read + Send>,
    left: u64,
}

impl CsvRows {
    /// Finds the delimiter by the first line, unless it is given.
    pub(crate) fn new(
        mut input: impl BufRead + Send + 'static,
        delimiter: Option<u8>,
    ) -> io::Result<Self> {
        let mut first = Vec::new();
        (&mut input).take(MOST_BYTES / 2).read_until(b'\n', &mut first)?;
        let is_crlf = first.ends_with(b"\r\n");
        // Spreadsheets write and read a first line that only says the delimiter.
        let said = first.trim_ascii_end().strip_prefix(b"sep=").and_then(|said| said.first());
        let said = said.copied();
        if said.is_some() {
            first.clear();
        }
        let delimiter = delimiter.or(said).unwrap_or_else(|| detected(&first));
        // If a quote is not closed, the last line becomes a part of its cell.
        let line_end = if is_crlf { &b"\r\n"[..] } else { b"\n" };
        let end = Cursor::new([line_end, END, line_end].concat());
        let text = Box::new(Cursor::new(first).chain(input).chain(end));
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        let reader = builder.from_reader(Limited { text, left: MOST_BYTES });
        let lines_before = u64::from(said.is_some());
        Ok(Self { reader, record: ByteRecord::new(), is_crlf, lines_before, has_ended: false })
    }

    /// Reads the next record that has text.
    pub(crate) fn next_row(&mut self) -> Result<Option<CsvRow<'_>>, CsvError> {
        loop {
            if self.has_ended {
                return Ok(None);
            }
            self.next_record()?;
            if !self.has_ended && self.record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                break;
            }
        }
        let text = |cell| {
            str::from_utf8(cell).map_err(|error: std::str::Utf8Error| {
                let bytes: &[u8] = cell;
                bytes.get(error.valid_up_to()).copied().unwrap_or_default()
            })
        };
        Ok(Some((self.line(), self.record.iter().map(text).collect())))
    }

    fn next_record(&mut self) -> Result<(), CsvError> {
        let line = self.lines_before + self.reader.position().line();
        self.reader.get_mut().left = MOST_BYTES;
        let read = self.reader.read_byte_record(&mut self.record);
        let is_unclosed = match read.map_err(csv::Error::into_kind) {
            Ok(has_record) => {
                let last = self.record.iter().next_back().unwrap_or_default();
                self.has_ended = !has_record || last.trim_ascii_end().ends_with(END);
                self.has_ended && (self.record.len() != 1 || last != END)
            }
            Err(csv::ErrorKind::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => true,
            Err(csv::ErrorKind::Io(error)) => return Err(CsvError::Io(error)),
            Err(other) => return Err(CsvError::Problem(Problem::new(format!("{other:?}")))),
        };
        if is_unclosed {
            self.has_ended = true;
            let message = "from here on, a quote is not closed, or the row is longer than 16 MiB";
            return Err(CsvError::Problem(Problem::new(message).in_line(line)));
        }
        Ok(())
    }

    /// Returns the line of the record that was read last.
    fn line(&self) -> u64 {
        let breaks = self.record.as_slice().split(|byte| *byte == b'\n').count() - 1;
        // The reader has counted the end of the record's last line, if it is not CRLF.
        let counted = u64::try_from(breaks).unwrap_or_default() + u64::from(!self.is_crlf);
        (self.lines_before + self.reader.position().line()).saturating_sub(counted)
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.text.read(buffer)?;
        let read = u64::try_from(length).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(read).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(length)
    }
}

/// Returns the delimiter that is most frequent outside quotes.
fn detected(line: &[u8]) -> u8 {
    let mut counts = DELIMITERS.map(|delimiter| (delimiter, 0));
    let mut is_quoted = false;
    for byte in line {
        is_quoted ^= *byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += u32::from(!is_quoted && byte == delimiter);
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count > 0).map_or(b',', |(delimiter, _)| *delimiter)
}

/// In the order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The last line, which no file has.
const END: &[u8] = b"\x01end of rows\x02";

#[cfg(test)]
mod tests {
    use super::{CsvError, CsvRows};

    type Rows = Vec<(u64, Vec<String>)>;

    fn rows(text: &str, delimiter: Option<u8>) -> Result<Rows, CsvError> {
        let text = std::io::Cursor::new(text.as_bytes().to_vec());
        let mut rows = CsvRows::new(text, delimiter).unwrap();
        let mut found = Vec::new();
        while let Some((line, cells)) = rows.next_row()? {
            found.push((line, cells.iter().map(|cell| cell.unwrap().to_owned()).collect()));
        }
        Ok(found)
    }

    #[test]
    fn rows_are_read_with_their_lines() {
        for (text, expected) in [
            ("a,b\n1,2\n", &[(1, ["a", "b"]), (2, ["1", "2"])][..]),
            ("a,b\r\n1,2", &[(1, ["a", "b"]), (2, ["1", "2"])]),
            ("a;b\n1,5;2\n", &[(1, ["a", "b"]), (2, ["1,5", "2"])]),
            ("a\tb\n\n \t\n1\t2\n", &[(1, ["a", "b"]), (4, ["1", "2"])]),
            (
                "\"a;\",b\n\"x\n\"\"y\"\"\",2\n3,4",
                &[(1, ["a;", "b"]), (2, ["x\n\"y\"", "2"]), (4, ["3", "4"])],
            ),
            (
                "a,b\r\n\"x\r\ny\",2\r\n\r\n3,4",
                &[(1, ["a", "b"]), (2, ["x\r\ny", "2"]), (5, ["3", "4"])],
            ),
            ("sep=|\na|b\n1|2", &[(2, ["a", "b"]), (3, ["1", "2"])]),
            ("", &[]),
            ("\n\n", &[]),
        ] {
            let expected: Rows = expected
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(ToString::to_string).collect()))
                .collect();
            assert_eq!(rows(text, None).unwrap(), expected, "{text:?}");
        }
        assert_eq!(rows("a,b;c", Some(b';')).unwrap()[0].1, ["a,b", "c"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error() {
        let long = format!("a,b\n\"{}", "x".repeat(17 * 1024 * 1024));
        for text in ["a,b\n\"1,2\n3,4\n", "a,b\n1,\"", &long] {
            let Err(CsvError::Problem(problem)) = rows(text, None) else { panic!("no problem") };
            assert!(problem.to_string().starts_with("line 2: "), "{problem}");
        }
    }
}
