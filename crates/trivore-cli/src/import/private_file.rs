//! Files with personal data, which only their owner may read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::failure::Failure;

/// Creates a file that did not exist, with mode 0600.
pub(super) fn create(path: &Path) -> io::Result<File> {
    private().create_new(true).open(path)
}

/// Opens a file to append lines, or creates it with mode 0600.
///
/// A last line that was cut off gets an end.
///
/// # Errors
///
/// Others than the owner may read the file.
pub(super) fn append(path: &Path) -> Result<File, Failure> {
    let failed = |error| Failure::io(format!("cannot write {}", path.display()), error);
    let mut file = private().append(true).create(true).open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Failure::usage(format!("{} is not a file", path.display())));
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let message = format!("others may read {} (its mode is {mode:04o})", path.display());
            return Err(Failure::usage(message)
                .note(format!("Restrict it with `chmod 600 {}`.", path.display())));
        }
    }
    if metadata.len() > 0 {
        let mut last = [0];
        let read = file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last));
        read.map_err(failed)?;
        if last != *b"\n" {
            file.write_all(b"\n").map_err(failed)?;
        }
    }
    Ok(file)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
