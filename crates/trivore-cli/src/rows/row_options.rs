//! The options of commands that read files with rows.

use std::path::{Path, PathBuf};

use clap::Args;
use encoding_rs::Encoding;

use super::encoding;
use super::format::RowFormat;
use super::input::RowInput;
use super::layout::Layout;
use super::mapping::Mapping;
use super::problem::Problems;
use super::reader::RowReader;
use crate::failure::Failure;

/// How a file with rows is read.
#[derive(Args, Default)]
#[command(next_help_heading = "Reading the file")]
pub(crate) struct RowOptions {
    /// Read this format [default: as the name of the file says].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<RowFormat>,
    /// Map the columns of the file to fields as this TOML file says.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Text between several values in one cell; a backslash before it makes it a part of a value.
    #[arg(long, value_name = "TEXT", default_value = ";", value_parser = separator)]
    separator: String,
    /// Character between the cells of CSV [default: comma, semicolon, tab or |, as the header has].
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Encoding of the text, such as windows-1252 [default: by the byte order mark, or UTF-8].
    #[arg(long, value_name = "NAME", value_parser = encoding::by_name)]
    encoding: Option<&'static Encoding>,
    /// Send fields that are not known, even if they look like typing errors.
    #[arg(long)]
    pub(crate) allow_unknown: bool,
}

/// A file with rows, which can be read several times.
pub(crate) struct RowFile {
    input: RowInput,
    layout: Layout,
}

impl RowOptions {
    /// The file that says what the columns are.
    pub(crate) fn map(&self) -> Option<&Path> {
        self.map.as_deref()
    }

    /// Opens a file; `-` is standard input.
    pub(crate) fn open(&self, path: &Path) -> Result<RowFile, Failure> {
        let format = RowFormat::selected(self.format, path)?;
        let mapping = match &self.map {
            Some(path) => Mapping::read(path)?,
            None => Mapping::default(),
        };
        let is_tsv = path.extension().is_some_and(|extension| extension == "tsv");
        let delimiter = self.delimiter.or((is_tsv && self.format.is_none()).then_some(b'\t'));
        Ok(RowFile {
            input: RowInput::open(path, self.encoding)?,
            layout: Layout {
                format,
                mapping,
                delimiter,
                separator: self.separator.clone(),
                allows_unknown: self.allow_unknown,
            },
        })
    }
}

impl RowFile {
    /// What messages call the file.
    pub(crate) fn name(&self) -> &str {
        self.input.name()
    }

    /// Reads the file from its beginning; only the newest reader of a file may be used.
    ///
    /// Problems of the file as a whole are added; there are no rows then.
    pub(crate) fn rows(&self, problems: &mut Problems) -> Result<RowReader<'_>, Failure> {
        RowReader::new(&self.input, &self.layout, problems)
    }
}

/// Reads the separator between several values of a cell.
pub(crate) fn separator(text: &str) -> Result<String, &'static str> {
    let is_reserved = text.trim().is_empty() || text.contains(['\\', '[', ']', '"', '\'']);
    if is_reserved {
        return Err("a separator is visible, and has no backslash, bracket or quote");
    }
    Ok(text.to_owned())
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text {
        "\\t" | "tab" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
            _ => Err("a delimiter is one ASCII character, or tab"),
        },
    }
}
