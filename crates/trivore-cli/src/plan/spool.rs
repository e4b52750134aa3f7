//! JSON lines in a private temporary file, so that they take no memory.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Writes JSON lines to a temporary file without name, which only this user can read.
pub(crate) struct Spool {
    file: BufWriter<File>,
    length: u64,
}

/// Reads what was written.
pub(crate) struct SpooledLines {
    file: BufReader<File>,
}

impl Spool {
    pub(crate) fn new() -> Result<Self, Failure> {
        let file = tempfile::tempfile().map_err(failed)?;
        Ok(Self { file: BufWriter::new(file), length: 0 })
    }

    /// Adds a line, and returns its place.
    pub(crate) fn add(&mut self, line: &impl Serialize) -> Result<u64, Failure> {
        let place = self.length;
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).map_err(failed)?;
        self.length += u64::try_from(text.len()).unwrap_or_default();
        Ok(place)
    }

    pub(crate) fn finish(self) -> Result<SpooledLines, Failure> {
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        let mut lines = SpooledLines { file: BufReader::new(file) };
        lines.restart()?;
        Ok(lines)
    }
}

impl SpooledLines {
    /// Goes to the first line.
    pub(crate) fn restart(&mut self) -> Result<(), Failure> {
        self.file.rewind().map_err(failed)
    }

    /// Reads the line at a place.
    pub(crate) fn at<T: DeserializeOwned>(&mut self, place: u64) -> Result<T, Failure> {
        self.file.seek(SeekFrom::Start(place)).map_err(failed)?;
        self.next()?.ok_or_else(|| failed(io::ErrorKind::UnexpectedEof.into()))
    }

    /// Reads the next line.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Failure> {
        let mut line = Vec::new();
        if self.file.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(None);
        }
        serde_json::from_slice(&line).map(Some).map_err(|error| failed(error.into()))
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::io("cannot use a temporary file", error)
}
