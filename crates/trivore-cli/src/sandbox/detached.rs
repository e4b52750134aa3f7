//! A sandbox that runs in the background.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::running::{address_in_log, log_path};
use crate::connection::remove_secrets;
use crate::failure::{Failure, FailureKind};
use crate::private_file::create_private_folder;

/// Starts this program again in the background and waits until the sandbox is ready; returns its
/// address.
pub(super) async fn start(arguments: &[OsString]) -> Result<String, Failure> {
    let path = log_path()?;
    let failed = |error| Failure::io(format_args!("cannot use {}", path.display()), error);
    if let Some(folder) = path.parent() {
        create_private_folder(folder).map_err(failed)?;
    }
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let log = open.open(&path).map_err(failed)?;
    let mut child = spawn(arguments, log)
        .map_err(|error| Failure::io("cannot start the sandbox in the background", error))?;
    for _ in 0..3_000 {
        if let Some(address) = address_in_log()? {
            return Ok(address);
        }
        if child.try_wait().map_err(failed)?.is_some() {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let failure = Failure::new(FailureKind::Usage, "the sandbox did not start");
            let failure = text.lines().fold(failure, Failure::note);
            return Err(if text.to_lowercase().contains("in use") {
                failure.note("Use a free port: `trivore sandbox --detach --listen 127.0.0.1:0`.")
            } else {
                failure
            });
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let message = format!("the sandbox is not ready after 30 s; see {}", path.display());
    Err(Failure::new(FailureKind::Other, message))
}

fn spawn(arguments: &[OsString], log: File) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    // It runs for long, and needs none.
    remove_secrets(&mut command);
    // After the dashes, the options are read as those of the sandbox are.
    command.args(["sandbox", "--"]).args(arguments).stdin(Stdio::null());
    command.stdout(log.try_clone()?).stderr(log);
    // Ctrl-C in the terminal is not for it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}
