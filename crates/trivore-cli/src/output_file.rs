//! A file that appears when it is complete, or a stream.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::private_file::replacement;

/// A private file that replaces another one when it is complete, or a stream.
pub(crate) enum OutputFile {
    /// A temporary file with mode 0600 beside the file that it replaces at the end.
    File { writer: BufWriter<NamedTempFile>, path: PathBuf },
    /// Standard output, a pipe or a device.
    Stream { writer: BufWriter<Box<dyn Write>>, name: String },
}

impl OutputFile {
    /// Prepares a file; `-` is standard output.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            let writer = BufWriter::new(Box::new(io::stdout()) as Box<dyn Write>);
            return Ok(Self::Stream { writer, name: STANDARD_OUTPUT.to_owned() });
        }
        let failed = |error| Failure::io(format!("cannot write {}", path.display()), error);
        if path.exists() && !path.is_file() {
            let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
            let writer = BufWriter::new(Box::new(file) as Box<dyn Write>);
            return Ok(Self::Stream { writer, name: path.display().to_string() });
        }
        let (file, path) = replacement(path).map_err(failed)?;
        Ok(Self::File { writer: BufWriter::new(file), path })
    }

    /// Completes the file.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = self.failed();
        match self {
            Self::Stream { mut writer, .. } => writer.flush().map_err(&failed),
            Self::File { writer, path } => {
                let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
                file.as_file().sync_all().map_err(&failed)?;
                file.persist(path).map_err(|error| failed(error.error))?;
                Ok(())
            }
        }
    }

    /// Says why the target cannot be written.
    pub(crate) fn failed(&self) -> impl Fn(io::Error) -> Failure + use<> {
        let name = self.name();
        move |error| match name.as_str() {
            STANDARD_OUTPUT => Failure::output(error),
            _ => Failure::io(format!("cannot write {name}"), error),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { writer, .. } => writer.write(bytes),
            Self::Stream { writer, .. } => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { writer, .. } => writer.flush(),
            Self::Stream { writer, .. } => writer.flush(),
        }
    }
}

const STANDARD_OUTPUT: &str = "to standard output";
