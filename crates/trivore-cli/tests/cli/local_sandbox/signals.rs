//! Ending processes.

/// Sends a signal to a process.
pub(super) fn signal(name: &str, process: u64) {
    let kill = std::process::Command::new("kill").args([name, &process.to_string()]).status();
    assert!(kill.unwrap().success());
}

/// Waits until something is so, but not for ever.
#[track_caller]
pub(super) fn wait_until(mut is_so: impl FnMut() -> bool) {
    assert!((0..1_000).any(|_| is_so()));
}
