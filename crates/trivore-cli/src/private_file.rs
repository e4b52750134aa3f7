//! Files that only their owner can read.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::{Failure, FailureKind};

/// Creates a file that did not exist, with mode 0600.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    private().create_new(true).open(path)
}

/// Opens a file to append lines, or creates it with mode 0600.
///
/// A last line that was cut off gets an end; the second value says whether there was one.
///
/// # Errors
///
/// Others than the owner may read the file.
pub(crate) fn append(path: &Path) -> Result<(File, bool), Failure> {
    let failed = |error| Failure::io(format!("cannot write {}", path.display()), error);
    let mut file = private().append(true).create(true).open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Failure::usage(format!("{} is not a file", path.display())));
    }
    if let Some(mode) = mode_beyond(&metadata, 0o077) {
        let message = format!("others may read {} (its mode is {mode:04o})", path.display());
        return Err(Failure::usage(message)
            .note(format!("Restrict it with `chmod 600 {}`.", path.display())));
    }
    let mut last = *b"\n";
    if metadata.len() > 0 {
        let read = file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last));
        read.map_err(failed)?;
    }
    let is_cut_off = last != *b"\n";
    if is_cut_off {
        file.write_all(b"\n").map_err(failed)?;
    }
    Ok((file, is_cut_off))
}

/// Replaces a file, or leaves it as it is; only its owner can read it.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_private_folder(folder)?;
    }
    let (mut file, path) = replacement(path)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Makes a temporary file with mode 0600, which replaces a file when it is persisted at the path.
pub(crate) fn replacement(path: &Path) -> io::Result<(NamedTempFile, PathBuf)> {
    // A link, as those to a folder of dot files, stays one, and its file is replaced.
    let path = path.canonicalize().unwrap_or_else(|_is_new| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // If the process is killed, the name says what the file was to be.
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    let file = Builder::new().prefix(&prefix).tempfile_in(folder.unwrap_or(Path::new(".")))?;
    Ok((file, path))
}

/// Creates a folder that only its owner can enter, unless it exists.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Refuses the file of a configuration if others than its owner have one of the rights of `mask`;
/// `fault` says what they can do to it.
pub(crate) fn check_mode(
    path: &Path,
    metadata: &fs::Metadata,
    mask: u32,
    fault: &str,
) -> Result<(), Failure> {
    let Some(mode) = mode_beyond(metadata, mask) else { return Ok(()) };
    let path = path.display();
    let message = format!("{fault} {path}: it has the mode {mode:04o}");
    Err(Failure::new(FailureKind::Configuration, message).note(format!("Run `chmod 600 {path}`.")))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::io(format_args!("cannot remove {}", path.display()), error))
        }
        _ => Ok(()),
    }
}

/// Returns the mode of a file if others than its owner have one of the rights of `mask`.
pub(crate) fn mode_beyond(metadata: &fs::Metadata, mask: u32) -> Option<u32> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        (metadata.is_file() && mode & mask != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = (metadata, mask);
        None
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
