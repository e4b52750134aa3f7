//! A string that is never shown: a token, a client secret or a password.

use std::fmt;

use zeroize::Zeroize;

/// A token, a client secret or a password.
///
/// `Debug` redacts it, there is no `Display`, and its memory is overwritten when it is dropped.
/// Copies, such as the one in a request body, are not overwritten.
///
/// # Examples
///
/// ```
/// use trivore_transport::SecretString;
///
/// let secret = SecretString::from("t0ken");
///
/// assert_eq!(format!("{secret:?}"), "SecretString(<redacted>)");
/// assert_eq!(secret.expose(), "t0ken");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretString(String);

impl SecretString {
    /// Returns the secret text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretString(<redacted>)")
    }
}

impl Drop for SecretString {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for SecretString {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_debug() {
        let secret = SecretString::from("t0ken");

        assert_eq!(format!("{secret:?}"), "SecretString(<redacted>)");
        assert_eq!(secret.expose(), "t0ken");
    }
}
