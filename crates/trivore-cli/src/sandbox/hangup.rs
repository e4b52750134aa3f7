//! The terminal of a sandbox in the foreground is closed.

/// From now on, ends the sandbox as the signal to terminate does when its terminal is closed.
///
/// Otherwise, the process would end at once, and leave the profile behind. Call it on the runtime.
#[cfg(unix)]
pub(super) fn end_at_hangup() {
    use rustix::process::{Signal, getpid, kill_process};
    use tokio::signal::unix::{SignalKind, signal};

    if is_ignored() {
        return;
    }
    // Without a handler, the process ends at once.
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
        if hangup.recv().await.is_some() {
            // A process may send signals to itself.
            let _ = kill_process(getpid(), Signal::TERM);
        }
    });
}

#[cfg(not(unix))]
pub(super) fn end_at_hangup() {}

/// Whether the process was started to outlive its terminal, as `nohup` does.
///
/// A handler would undo that. A shell inherits it, and survives its own signal.
#[cfg(unix)]
fn is_ignored() -> bool {
    use std::process::{Command, Stdio};

    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -HUP $$"]).stdin(Stdio::null()).stdout(Stdio::null());
    shell.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
