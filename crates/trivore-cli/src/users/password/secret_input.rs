//! Where a secret comes from that must not be an argument.

use std::path::PathBuf;

use crate::context::Context;
use crate::failure::Failure;
use crate::hidden_prompt::ask_hidden;
use crate::known_secrets::remember_secret;
use crate::users::editing::read_text;

/// Where a secret is read.
#[derive(Clone)]
pub(crate) enum SecretInput {
    /// The first line of a file; `-` is standard input.
    File(PathBuf),
    /// The terminal, without echo.
    Prompt,
}

impl SecretInput {
    /// Reads a secret, such as a `password`.
    ///
    /// # Errors
    ///
    /// It is empty, or cannot be read.
    pub(crate) fn read(&self, what: &str) -> Result<String, Failure> {
        let secret = match self {
            Self::File(path) => {
                let text = read_text(path)?;
                text.lines().next().unwrap_or_default().to_owned()
            }
            Self::Prompt => ask_hidden(&format!("{}: ", capitalized(what)))?,
        };
        if secret.is_empty() {
            return Err(Failure::usage(format!("the {what} is empty")));
        }
        remember_secret(secret.trim());
        Ok(secret)
    }

    /// Reads a new secret; on a terminal, it has to be typed twice.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read); there is no terminal; the two are different.
    pub(crate) fn read_new(&self, context: &Context, what: &str) -> Result<String, Failure> {
        if matches!(self, Self::File(_)) {
            return self.read(what);
        }
        if !context.is_interactive() {
            return Err(Failure::usage(format!("there is no terminal to ask for the {what} on"))
                .note("Give it in a file or on standard input."));
        }
        let secret = self.read(what)?;
        if ask_hidden(&format!("{} again: ", capitalized(what)))? != secret {
            return Err(Failure::usage(format!("the {what}s that you typed are different")));
        }
        Ok(secret)
    }
}

fn capitalized(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
