//! Asks for secrets on the terminal, without echo.

use std::io;

use crate::failure::{Failure, FailureKind};

/// Asks for a text, and does not show what is typed.
///
/// Ctrl-C is a failure, after which the terminal shows again what is typed. Call it on the runtime.
pub(crate) fn ask_hidden(prompt: &str) -> Result<String, Failure> {
    end_at_interrupts();
    rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Failure::new(FailureKind::Interrupted, "interrupted"),
        _ => Failure::io("cannot ask on the terminal", error),
    })
}

/// Handles the signal of Ctrl-C: without a handler, the signal would end the program in the middle
/// of the prompt, and the terminal would stay without echo.
///
/// While the program waits for something else, Ctrl-C ends it as before.
#[cfg(unix)]
fn end_at_interrupts() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut interrupts) = signal(SignalKind::interrupt()) else { return };
    tokio::spawn(async move {
        interrupts.recv().await;
        #[expect(clippy::exit, reason = "a signal would end the program here, too")]
        std::process::exit(FailureKind::Interrupted as i32);
    });
}

#[cfg(not(unix))]
fn end_at_interrupts() {}
