//! A file with rows, or standard input, which can be read several times.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::encoding;
use super::problem::{Problem, Problems};
use crate::failure::Failure;

/// Text in UTF-8 without byte order mark, which can be read several times.
///
/// Standard input, a pipe and text in another encoding are copied to a private temporary file,
/// which has no name.
pub(crate) struct RowInput {
    /// What messages call it.
    name: String,
    file: File,
    /// Where the text begins.
    start: u64,
}

impl RowInput {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path, given: Option<&'static Encoding>) -> Result<Self, Failure> {
        let is_stdin = path.as_os_str() == "-";
        let name = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let failed = |error| Failure::io(format!("cannot read {name}"), error);
        let opened = if is_stdin {
            spooled(io::stdin().lock(), &name)?
        } else {
            let file = File::open(path)
                .map_err(|error| Failure::usage(format!("cannot open {name}: {error}")))?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err(Failure::usage(format!("{name} is a folder")));
            }
            if metadata.is_file() { file } else { spooled(file, &name)? }
        };
        Self::decoded(name.clone(), opened, given).map_err(failed)?
    }

    /// What messages call the input.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads from the beginning.
    pub(crate) fn restart(&self) -> Result<BufReader<File>, Failure> {
        let failed = |error| Failure::io(format!("cannot read {}", self.name), error);
        // The clone has the same position, and only the newest one is read.
        let mut file = self.file.try_clone().map_err(failed)?;
        file.seek(SeekFrom::Start(self.start)).map_err(failed)?;
        Ok(BufReader::with_capacity(BUFFER, file))
    }

    fn decoded(
        name: String,
        mut file: File,
        given: Option<&'static Encoding>,
    ) -> io::Result<Result<Self, Failure>> {
        let mut beginning = Vec::new();
        file.rewind()?;
        (&mut file).take(BEGINNING).read_to_end(&mut beginning)?;
        let (encoding, mark) = match encoding::detect(&beginning, given) {
            Ok(detected) => detected,
            Err(problem) => return Ok(Err(failure(&name, problem))),
        };
        let start = u64::try_from(mark).unwrap_or_default();
        if encoding == UTF_8 {
            return Ok(Ok(Self { name, file, start }));
        }
        file.seek(SeekFrom::Start(start))?;
        let mut text = tempfile::tempfile()?;
        let mut input = BufReader::with_capacity(BUFFER, file);
        let mut output = io::BufWriter::with_capacity(BUFFER, &mut text);
        if let Err(problem) = encoding::transcode(&mut input, encoding, &mut output)? {
            return Ok(Err(failure(&name, problem)));
        }
        output.flush()?;
        drop(output);
        Ok(Ok(Self { name, file: text, start: 0 }))
    }
}

fn failure(name: &str, problem: Problem) -> Failure {
    let mut problems = Problems::default();
    problems.add(problem);
    problems.check(name).err().unwrap_or_else(|| Failure::usage(name))
}

/// Copies a stream to a temporary file without name, which only this user can read.
fn spooled(mut stream: impl io::Read, name: &str) -> Result<File, Failure> {
    let mut copy = || {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut stream, &mut file)?;
        Ok(file)
    };
    copy().map_err(|error| Failure::io(format!("cannot read {name}"), error))
}

const BUFFER: usize = 64 * 1024;

/// How much of a file its encoding is found by.
const BEGINNING: u64 = 4 * 1024;
