//! Asks for secrets on the terminal, without echo.

use std::io;

use crate::failure::Failure;
use crate::interrupt::{end, end_at_interrupts};

/// Asks for a text, and does not show what is typed.
///
/// Ctrl-C and the signal to terminate end the program, after which the terminal shows again what is
/// typed.
pub(crate) fn ask_hidden(prompt: &str) -> Result<String, Failure> {
    end_at_interrupts();
    settings::save();
    let asked = rpassword::prompt_password(prompt);
    settings::forget();
    asked.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => end(),
        _ => Failure::io("cannot ask on the terminal", error),
    })
}

/// Lets the terminal show again what is typed, if a secret is being asked for.
pub(crate) fn show_again() {
    settings::restore();
}

/// The settings of the terminal before it was asked for a secret.
#[cfg(unix)]
mod settings {
    use std::fs::File;
    use std::io::Write as _;
    use std::sync::{Mutex, PoisonError};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static SAVED: Mutex<Option<(File, Termios)>> = Mutex::new(None);

    pub(super) fn save() {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok();
        let saved = terminal.and_then(|terminal| {
            let settings = tcgetattr(&terminal).ok()?;
            Some((terminal, settings))
        });
        *SAVED.lock().unwrap_or_else(PoisonError::into_inner) = saved;
    }

    pub(super) fn forget() {
        SAVED.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(super) fn restore() {
        let saved = SAVED.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((mut terminal, settings)) = saved else { return };
        // The process ends; there is nobody to tell.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &settings);
        let _ = terminal.write_all(b"\n");
    }
}

#[cfg(not(unix))]
mod settings {
    pub(super) fn save() {}

    pub(super) fn forget() {}

    pub(super) fn restore() {}
}
