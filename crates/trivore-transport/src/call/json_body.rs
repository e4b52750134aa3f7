//! The JSON body of a call.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::error::{Error, Result};

/// Serializes a body; the messages of `serde` could quote values, so they are replaced.
pub(super) fn json_body(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(128);
    let mut serializer = Serializer::with_formatter(&mut body, Levels(MAX_DEPTH));
    match value.serialize(&mut serializer) {
        Ok(()) => Ok(body),
        Err(error) if error.is_io() => {
            Err(Error::input(format!("the body is nested deeper than {MAX_DEPTH} levels")))
        }
        Err(_quoting) => Err(Error::input("the body cannot be serialized as JSON")),
    }
}

/// Compact JSON; counts the levels that are left, since thousands would overflow the stack.
struct Levels(usize);

impl Levels {
    fn begin(&mut self) -> io::Result<()> {
        self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(())
    }
}

impl Formatter for Levels {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin()?;
        CompactFormatter.begin_array(writer)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0 += 1;
        CompactFormatter.end_array(writer)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin()?;
        CompactFormatter.begin_object(writer)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0 += 1;
        CompactFormatter.end_object(writer)
    }
}

/// Levels of nesting that JSON is read up to.
const MAX_DEPTH: usize = 128;
