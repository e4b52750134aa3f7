//! Secrets that were read, which messages of the service must not repeat.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::secret_fields::MASK;

/// Remembers a secret that may be sent.
pub(crate) fn remember_secret(secret: &str) {
    if secret.len() < SHORTEST {
        return;
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() == MOST {
        known.pop_front();
    }
    known.push_back(secret.to_owned());
}

/// Masks the secrets that are known in a text of the service.
pub(crate) fn without_secrets(text: &str) -> String {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let is_repeated = |secret: &&String| text.contains(secret.as_str());
    known
        .iter()
        .filter(is_repeated)
        .fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
}

static KNOWN: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// How many are remembered: more than an import sends at the same time.
const MOST: usize = 1_024;

/// Shorter ones are parts of words.
const SHORTEST: usize = 4;

#[cfg(test)]
mod tests {
    use super::{MOST, remember_secret, without_secrets};

    #[test]
    fn the_latest_secrets_are_masked() {
        for number in 0..=MOST {
            remember_secret(&format!("secret-{number:04}"));
        }
        remember_secret("abc");
        let text = "secret-0000, secret-0001, secret-1024 and abc";
        assert_eq!(without_secrets(text), "secret-0000, ********, ******** and abc");
    }
}
