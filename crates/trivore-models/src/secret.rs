//! Secret strings: passwords and personal identity codes.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// Declares string types that `Debug` redacts and whose memory is wiped on drop.
macro_rules! secret_string {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// `Debug` redacts the value, and there is no `Display`. Dropping the value wipes its
        /// memory, but not copies made elsewhere, such as serialized JSON.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = concat!("use trivore_models::", stringify!($name), ";")]
        ///
        #[doc = concat!("let secret = ", stringify!($name), r#"::from("correct horse");"#)]
        ///
        /// assert_eq!(secret.expose(), "correct horse");
        /// assert!(!format!("{secret:?}").contains("horse"));
        /// ```
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the secret as plain text.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(<redacted>)"))
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )+};
}

secret_string! {
    /// A sign-in password.
    Password;

    /// A personal identity code that a state issued.
    PersonalId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_debug_and_plain_in_json() {
        let password = Password::from("correct horse");

        assert_eq!(format!("{password:?}"), "Password(<redacted>)");
        assert_eq!(serde_json::to_string(&password).unwrap(), r#""correct horse""#);
        assert_eq!(password.expose(), "correct horse");
    }
}
