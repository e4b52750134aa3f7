//! The lines of a journal, without I/O; [`FileJournal`](crate::FileJournal) documents them.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::checksum::crc32;
use super::journal_error::JournalError;
use super::record::{JournalRecord, RecordedState};
use super::state::JournalState;

/// Reads a journal line by line.
#[derive(Debug, Default)]
pub(super) struct Reader {
    state: JournalState,
    lines: u64,
    length: u64,
}

impl Reader {
    /// Reads the next line, with its line break.
    ///
    /// Returns whether it is complete. One that is not is the last one, and was cut off when it was
    /// written.
    pub(super) fn read(&mut self, line: &[u8]) -> Result<bool, JournalError> {
        let number = self.lines.saturating_add(1);
        if number > 1 && line.len() >= MAX_LINE {
            return Err(JournalError::invalid("it is longer than 1 MiB").in_line(number));
        }
        let is_complete = line.ends_with(b"\n");
        match line.strip_suffix(b"\n") {
            Some(_) if number == 1 && line == HEADER => {}
            // With a first line that was cut off, no request has left.
            None if number > 1 || HEADER.starts_with(line) => {}
            None => return Err(other_header(line)),
            Some(line) if number == 1 => return Err(other_header(line)),
            Some(line) => {
                let record = decode(line).map_err(JournalError::invalid);
                let added = record.and_then(|record| self.state.add(&record));
                added.map_err(|error| error.in_line(number))?;
            }
        }
        if is_complete {
            self.lines = number;
            self.length = self.length.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        }
        Ok(is_complete)
    }

    /// Returns what the complete lines say, and their length in bytes.
    pub(super) fn finish(self) -> (JournalState, u64) {
        (self.state, self.length)
    }
}

/// The first line, with its line break.
pub(super) const HEADER: &[u8] = b"{\"journal\":\"trivore-bulk\",\"version\":1}\n";

/// Appends a record as one line.
pub(super) fn encode(record: &JournalRecord, lines: &mut Vec<u8>) -> Result<(), JournalError> {
    let start = lines.len();
    let JournalRecord { number, key, state, time } = record;
    let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let time = u64::try_from(time).unwrap_or(u64::MAX);
    let fields = Fields { number: *number, key: Cow::Borrowed(key), state: *state, time };
    serde_json::to_writer(&mut *lines, &fields)
        .map_err(|error| JournalError::failed("write")(error.into()))?;
    lines.pop();
    let checksum = crc32(&lines[start..]);
    lines.extend_from_slice(format!("{CHECKSUM}{checksum:08x}{END}\n").as_bytes());
    if lines.len() - start >= MAX_LINE {
        return Err(JournalError::invalid("a key is too long for a line of the journal"));
    }
    Ok(())
}

/// Reads a line without its line break.
fn decode(line: &[u8]) -> Result<JournalRecord, &'static str> {
    let (fields, checksum) = split(line).ok_or("it does not end with a checksum")?;
    if format!("{:08x}", crc32(fields)).as_bytes() != checksum {
        return Err("its checksum is wrong");
    }
    let object = [fields, b"}"].concat();
    let Ok(Fields { number, key, state, time }) = serde_json::from_slice(&object) else {
        return Err("it is not a record of this version");
    };
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(time));
    let time = time.ok_or("its time is out of range")?;
    Ok(JournalRecord { number, key: key.into(), state, time })
}

/// Separates the fields of a line from its checksum.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_suffix(END.as_bytes())?;
    let (rest, checksum) = line.split_at_checked(line.len().checked_sub(CHECKSUM_DIGITS)?)?;
    Some((rest.strip_suffix(CHECKSUM.as_bytes())?, checksum))
}

fn other_header(line: &[u8]) -> JournalError {
    match serde_json::from_slice(line) {
        Ok(Header { journal, version }) if journal == NAME && version != VERSION => {
            JournalError::version(version)
        }
        _ => JournalError::not_a_journal(),
    }
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    journal: Cow<'a, str>,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    number: u64,
    #[serde(borrow)]
    key: Cow<'a, str>,
    state: RecordedState,
    /// Milliseconds since 1970.
    time: u64,
}

/// Maximum length of a line in bytes, so that no file fills the memory.
pub(super) const MAX_LINE: usize = 1024 * 1024;

const NAME: &str = "trivore-bulk";
const VERSION: u64 = 1;
const CHECKSUM: &str = ",\"crc32\":\"";
const CHECKSUM_DIGITS: usize = 8;
const END: &str = "\"}";

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u64, key: &str, state: RecordedState) -> JournalRecord {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_713_264_123);
        JournalRecord { number, key: key.into(), state, time }
    }

    fn line(record: &JournalRecord) -> Vec<u8> {
        let mut line = Vec::new();
        encode(record, &mut line).unwrap();
        line
    }

    #[test]
    fn a_line_is_the_documented_one() {
        let line = line(&record(7, "maija", RecordedState::Begun));

        assert_eq!(
            str::from_utf8(&line).unwrap(),
            "{\"number\":7,\"key\":\"maija\",\"state\":\"begun\",\"time\":1795713264123,\
             \"crc32\":\"88a28bef\"}\n"
        );
    }

    #[test]
    fn a_line_without_a_time_is_none_of_this_version() {
        let line = "{\"number\":7,\"key\":\"maija\",\"state\":\"begun\",\"crc32\":\"abf47dbf\"}";

        assert_eq!(decode(line.as_bytes()), Err("it is not a record of this version"));
    }

    #[test]
    fn any_time_can_be_written_and_read() {
        let day = Duration::from_secs(24 * 60 * 60);
        for (time, expected) in [
            (SystemTime::UNIX_EPOCH - day, SystemTime::UNIX_EPOCH),
            (
                SystemTime::UNIX_EPOCH + Duration::from_micros(1_999),
                SystemTime::UNIX_EPOCH + Duration::from_millis(1),
            ),
        ] {
            let record = JournalRecord { time, ..record(7, "maija", RecordedState::Begun) };
            let line = line(&record);
            let read = decode(line.strip_suffix(b"\n").unwrap()).unwrap();
            assert_eq!(read, JournalRecord { time: expected, ..record });
        }
        for time in ["18446744073709551615", "18446744073709551616", "-1", "1.5", "null"] {
            let fields = format!("{{\"number\":7,\"key\":\"\",\"state\":\"begun\",\"time\":{time}");
            let line = format!("{fields}{CHECKSUM}{:08x}{END}", crc32(fields.as_bytes()));
            // Some systems cannot represent the largest one.
            let is_possible = time == "18446744073709551615";
            assert!(decode(line.as_bytes()).is_err() || is_possible, "{time}");
        }
    }

    #[test]
    fn every_key_is_read_as_it_was_written() {
        for key in ["", "\"}", "\n", "\u{0}", "\u{2028}", "é😀", ",\"crc32\":\"00000000\"}", "\\"]
        {
            let record = record(u64::MAX, key, RecordedState::NotApplied);
            let line = line(&record);

            assert_eq!(
                line.iter().position(|byte| *byte == b'\n'),
                Some(line.len() - 1),
                "{key:?}"
            );
            assert_eq!(decode(line.strip_suffix(b"\n").unwrap()), Ok(record));
        }
    }

    #[test]
    fn a_line_with_any_other_byte_is_none() {
        let line = line(&record(7, "maija", RecordedState::Done));
        let line = line.strip_suffix(b"\n").unwrap();

        for at in 0..line.len() {
            for bit in 0..8 {
                let mut other = line.to_vec();
                other[at] ^= 1 << bit;
                assert!(decode(&other).is_err(), "{}", other.escape_ascii());
            }
            assert!(decode(&line[..at]).is_err());
        }
    }
}
