//! Rows of JSON: one object a line, or a list of objects.

use std::io::{self, BufRead, Read as _};

use serde_json::Value;

use super::document::Document;
use super::problem::Problem;
use super::row_json::parse_bytes;

/// A row as it was read: its line, and the object or what is wrong.
pub(crate) type JsonRow = (u64, Result<Document, Problem>);

/// Reads lines with one object each; empty lines are no rows.
pub(crate) struct NdjsonRows<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> NdjsonRows<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, line: 0 }
    }

    pub(crate) fn next_row(&mut self) -> io::Result<Option<JsonRow>> {
        let mut text = Vec::new();
        loop {
            text.clear();
            let length = (&mut self.input).take(MOST_BYTES).read_until(b'\n', &mut text)?;
            if length == 0 {
                return Ok(None);
            }
            self.line += 1;
            if is_too_long(text.len()) && !text.ends_with(b"\n") {
                return Ok(Some((self.line, Err(too_long()))));
            }
            if !text.trim_ascii().is_empty() {
                return Ok(Some((self.line, object(&text))));
            }
        }
    }
}

/// Reads the objects of a JSON list one by one; one object alone is a list of one.
pub(crate) struct JsonRows<R> {
    input: R,
    line: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before the list.
    Start,
    /// Before an element or the end of the list.
    First,
    /// After an element.
    After,
    /// Before an element.
    Next,
    /// After the list.
    End,
}

impl<R: BufRead> JsonRows<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, line: 1, state: State::Start }
    }

    /// Returns the next row. After text that is no list of objects, there are no more.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<JsonRow>> {
        loop {
            let Some(byte) = self.next_visible()? else {
                let is_complete = matches!(self.state, State::End);
                self.state = State::End;
                let problem = Problem::new("the file ends before the end of the list");
                return Ok((!is_complete).then_some((self.line, Err(problem))));
            };
            let line = self.line;
            let next = match (self.state, byte) {
                (State::Start, b'[') => State::First,
                (State::First | State::After, b']') => State::End,
                (State::After, b',') => State::Next,
                (State::Start, b'{') => {
                    self.state = State::End;
                    return Ok(Some((line, self.element(byte)?)));
                }
                (State::First | State::Next, b'{') => {
                    self.state = State::After;
                    return Ok(Some((line, self.element(byte)?)));
                }
                (state, _) => {
                    self.state = State::End;
                    // Nothing of the rest is read.
                    self.skip_rest()?;
                    return Ok(Some((line, Err(Problem::new(expected(state))))));
                }
            };
            self.state = next;
        }
    }

    fn next_visible(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.byte()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
        }
        Ok(None)
    }

    /// Reads to the end of an object.
    fn element(&mut self, first: u8) -> io::Result<Result<Document, Problem>> {
        let (mut text, mut depth) = (vec![first], 1_u64);
        let (mut is_in_string, mut is_escaped) = (false, false);
        while depth > 0 {
            let Some(byte) = self.byte()? else {
                self.state = State::End;
                return Ok(Err(Problem::new("the file ends within an object")));
            };
            text.push(byte);
            if is_too_long(text.len()) {
                self.state = State::End;
                self.skip_rest()?;
                return Ok(Err(too_long()));
            }
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = is_in_string,
                b'"' => is_in_string = !is_in_string,
                b'{' | b'[' if !is_in_string => depth += 1,
                b'}' | b']' if !is_in_string => depth -= 1,
                _ => {}
            }
        }
        Ok(object(&text))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let Some(byte) = self.input.fill_buf()?.first().copied() else { return Ok(None) };
        self.input.consume(1);
        self.line += u64::from(byte == b'\n');
        Ok(Some(byte))
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            let length = self.input.fill_buf()?.len();
            if length == 0 {
                return Ok(());
            }
            self.input.consume(length);
        }
    }
}

fn object(text: &[u8]) -> Result<Document, Problem> {
    match parse_bytes(text).map_err(Problem::new)? {
        Value::Object(document) => Ok(document),
        _ => Err(Problem::new("expected a JSON object")),
    }
}

fn expected(state: State) -> &'static str {
    match state {
        State::Start => {
            "expected a JSON list of objects; for one object a line, say --format ndjson"
        }
        State::First | State::Next => "expected a JSON object",
        State::After => "expected a comma or the end of the list",
        State::End => {
            "there is text after the end of the list; for one object a line, say --format ndjson"
        }
    }
}

fn too_long() -> Problem {
    Problem::new("the row is longer than 16 MiB")
}

fn is_too_long(length: usize) -> bool {
    u64::try_from(length).is_ok_and(|length| length >= MOST_BYTES)
}

/// Maximum length of a row.
pub(super) const MOST_BYTES: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{JsonRows, NdjsonRows};

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let mut rows = JsonRows::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some((line, row)) = rows.next_row().unwrap() {
            found.push((
                line,
                row.map_or_else(|problem| problem.message, |row| json!(row).to_string()),
            ));
        }
        let expected: Vec<_> =
            expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn objects_of_a_list_are_read_one_by_one() {
        check("[]", &[]);
        check("{\"a\": 1}\n", &[(1, r#"{"a":1}"#)]);
        check(
            "[\n {\"a\": \"]}\\\"{\"},\n\n {\"b\": [{}]}\n]\n",
            &[(2, "{\"a\":\"]}\\\"{\"}"), (4, r#"{"b":[{}]}"#)],
        );
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        check("", &[(1, "the file ends before the end of the list")]);
        check("[{}", &[(1, "{}"), (1, "the file ends before the end of the list")]);
        check("[{},]", &[(1, "{}"), (1, "expected a JSON object")]);
        check("[1]", &[(1, "expected a JSON object")]);
        check("[{} {}]", &[(1, "{}"), (1, "expected a comma or the end of the list")]);
        check("[{\"a\": \"}", &[(1, "the file ends within an object")]);
        check(
            "{}\n{}\n",
            &[
                (1, "{}"),
                (
                    2,
                    "there is text after the end of the list; for one object a line, say --format ndjson",
                ),
            ],
        );
    }

    #[test]
    fn lines_are_read_one_by_one() {
        let mut rows = NdjsonRows::new("{\"a\":1}\r\n\n  \n[]\n{\"b\":2}".as_bytes());
        let mut found = Vec::new();
        while let Some((line, row)) = rows.next_row().unwrap() {
            found.push((line, row.is_ok()));
        }
        assert_eq!(found, [(1, true), (4, false), (5, true)]);
    }
}
