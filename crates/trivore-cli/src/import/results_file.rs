//! The file with what became of each row.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::results::ResultLine;
use crate::failure::Failure;
use crate::output::guarded;
use crate::output_file::OutputFile;
use crate::private_file;

/// The file with what became of each row: CSV with `row`, `key`, `outcome`, `id` and `message`.
///
/// While an import runs, a line is added before the journal says that its row is done, so that no
/// result is lost. Of several lines of a row, the last one counts. At the end, the file is written
/// again with one line for each row, in their order.
#[derive(Clone)]
pub(super) struct ResultsFile {
    path: Arc<Path>,
    file: Arc<Mutex<File>>,
}

impl ResultsFile {
    /// Creates the file, or continues it.
    ///
    /// # Errors
    ///
    /// The file exists, and this is no resumed import.
    pub(super) fn open(path: &Path, is_resumed: bool) -> Result<Self, Failure> {
        let failed = |error| Failure::io(format!("cannot write {}", path.display()), error);
        if is_resumed && path.exists() {
            let (file, _) = private_file::append(path)?;
            return Ok(Self { path: path.into(), file: Arc::new(Mutex::new(file)) });
        }
        let mut file = match private_file::create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let message = format!("{} exists, perhaps of another import", path.display());
                return Err(Failure::usage(message).note("Name another file for the results."));
            }
            file => file.map_err(failed)?,
        };
        file.write_all(HEADER).map_err(failed)?;
        Ok(Self { path: path.into(), file: Arc::new(Mutex::new(file)) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line.
    pub(super) fn write(&self, line: &ResultLine) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text(line)?.as_bytes())
    }

    /// Writes the file again, with one line for each of the rows in their order.
    ///
    /// `missing` makes the line of a row that has none.
    pub(super) fn finish(
        &self,
        rows: u64,
        mut missing: impl FnMut(u64) -> Result<ResultLine, Failure>,
    ) -> Result<(), Failure> {
        let failed = |error| Failure::io(format!("cannot write {}", self.path.display()), error);
        let mut input = File::open(&self.path).map_err(failed)?;
        let offsets = offsets(&input, rows).map_err(failed)?;
        let mut output = OutputFile::open(&self.path)?;
        output.write_all(HEADER).map_err(failed)?;
        for (row, place) in (1..).zip(&offsets) {
            let line = match place {
                Some(place) => read_line(&mut input, *place).map_err(failed)?,
                None => text(&missing(row)?).map_err(failed)?,
            };
            output.write_all(line.as_bytes()).map_err(failed)?;
        }
        output.finish()
    }
}

/// Where a line begins, and its length.
type LinePlace = (u64, u32);

/// Returns where the last line of each row is.
fn offsets(file: &File, rows: u64) -> io::Result<Vec<Option<LinePlace>>> {
    let rows = usize::try_from(rows).map_err(io::Error::other)?;
    let mut offsets = vec![None; rows];
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let (mut at, mut line) = (0_u64, Vec::new());
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(offsets);
        }
        let digits = line.split(|byte| *byte == b',').next().unwrap_or_default();
        let row = str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
        // A line that was cut off has not all cells.
        let is_complete = line.split(|byte| *byte == b',').count() >= 5;
        let place = row.and_then(|row| offsets.get_mut(row.checked_sub(1)?));
        if let (Some(place), true) = (place, is_complete) {
            *place = Some((at, u32::try_from(length).map_err(io::Error::other)?));
        }
        at += u64::try_from(length).map_err(io::Error::other)?;
    }
}

fn read_line(file: &mut File, (at, length): LinePlace) -> io::Result<String> {
    file.seek(SeekFrom::Start(at))?;
    let mut line = String::new();
    file.take(length.into()).read_to_string(&mut line)?;
    Ok(line)
}

/// Returns a line of CSV; what would be several lines becomes one.
fn text(line: &ResultLine) -> io::Result<String> {
    let one_line = |text: &str| guarded(text).replace(['\n', '\r'], " ");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        line.row.to_string().as_str(),
        &one_line(&line.key),
        line.outcome.name(),
        line.id.as_ref().map_or("", |id| id.as_str()),
        &one_line(&line.message),
    ])?;
    let text = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(text).map_err(io::Error::other)
}

const HEADER: &[u8] = b"row,key,outcome,id,message\n";
