//! The sandbox of this user that runs, if there is one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use fs4::{FileExt, TryLockError};

use crate::connection::state_folder;
use crate::failure::{Failure, FailureKind};
use crate::private_file::create_private_folder;

/// The mark of a running sandbox: a locked file with its process identifier.
///
/// The system releases the lock when the process ends, however it does.
pub(super) struct Mark(File);

impl Mark {
    /// Takes the mark, or returns the process that has it.
    pub(super) fn take() -> Result<Result<Self, u32>, Failure> {
        let path = mark_path()?;
        let failed = |error| unusable(&path, error);
        let mut file = open(&path).map_err(failed)?;
        loop {
            match FileExt::try_lock(&file) {
                Ok(()) => break,
                // A process that only looks whether a sandbox runs has the lock for a moment.
                Err(TryLockError::WouldBlock) if running()?.is_none() => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(TryLockError::WouldBlock) => return Ok(Err(process_in(&mut file))),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        let mark = Self(file);
        mark.0
            .set_len(0)
            .and_then(|()| write!(&mark.0, "{}", std::process::id()))
            .map_err(failed)?;
        Ok(Ok(mark))
    }
}

/// Keeps other processes from starting a sandbox in the background.
pub(super) struct StartLock {
    _file: File,
}

impl StartLock {
    /// Waits until no other process starts one.
    pub(super) fn wait() -> Result<Self, Failure> {
        let path = state_folder()?.join("sandbox.lock");
        let locked = open(&path).and_then(|file| FileExt::lock(&file).map(|()| file));
        Ok(Self { _file: locked.map_err(|error| unusable(&path, error))? })
    }
}

/// Opens a file to be locked, or creates it.
fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_private_folder(folder)?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn unusable(path: &Path, error: io::Error) -> Failure {
    Failure::io(format_args!("cannot use {}", path.display()), error)
}

/// Returns the process of the sandbox that runs.
pub(super) fn running() -> Result<Option<u32>, Failure> {
    let path = mark_path()?;
    let failed = |error| Failure::io(format_args!("cannot read {}", path.display()), error);
    let mut file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    match FileExt::try_lock_shared(&file) {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(process_in(&mut file))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Ends the sandbox that runs, and waits for its end.
pub(super) async fn stop(process: u32) -> Result<(), Failure> {
    let cannot = |reason: &str| {
        Failure::new(FailureKind::Other, format!("cannot stop the process {process}: {reason}"))
    };
    if process == 0 {
        return Err(cannot("it is just starting"));
    }
    let status = Command::new("kill")
        .args(["-TERM", &process.to_string()])
        .stderr(Stdio::null())
        .status()
        .map_err(|error| cannot(&error.to_string()))?;
    if !status.success() && running()?.is_some() {
        return Err(cannot("`kill` failed"));
    }
    for _ in 0..1_000 {
        if running()?.is_none() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(cannot("it does not end"))
}

/// The file to which a detached sandbox writes.
pub(super) fn log_path() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("sandbox.log"))
}

/// The first line that a sandbox has written to its log, without the end of the line.
pub(super) fn address_in_log() -> Result<Option<String>, Failure> {
    let text = fs::read_to_string(log_path()?).unwrap_or_default();
    let announced = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let addresses = announced.filter_map(|line| line.trim_end().strip_prefix("listening on "));
    Ok(addresses.map(str::to_owned).next())
}

fn mark_path() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("sandbox.pid"))
}

/// The process identifier in the file; zero if it is just being written.
fn process_in(file: &mut File) -> u32 {
    let mut text = String::new();
    let read = file.read_to_string(&mut text);
    read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or_default()
}
