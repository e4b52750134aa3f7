//! A wrapper that shows what `Debug` redacts.

use std::fmt;

use serde::Serialize;

use crate::depth::{self, READ_DEPTH};

/// Shows a value with all its data in `Debug`, as JSON, for failing tests and debuggers.
///
/// Do not log it: it shows personal data and secrets. There is no feature that reveals values
/// without this wrapper, because cargo unifies features: one crate would reveal them for all.
///
/// # Examples
///
/// ```
/// use trivore_models::{Revealed, User};
///
/// let mut user = User::new();
/// user.nick_name = Some("Mai".to_owned());
///
/// assert_eq!(format!("{:?}", user), "User { nickName: <redacted>, .. }");
/// assert_eq!(format!("{:?}", Revealed(&user)), r#"{"nickName":"Mai"}"#);
/// // Failing tests show the difference.
/// assert_eq!(Revealed(&user), Revealed(&user.clone()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Revealed<'a, T: ?Sized>(
    /// The value to show.
    pub &'a T,
);

impl<T: Serialize + ?Sized> fmt::Debug for Revealed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !depth::is_within(self.0, READ_DEPTH) {
            return f.write_str("<nested too deeply>");
        }
        let text = if f.alternate() {
            serde_json::to_string_pretty(self.0)
        } else {
            serde_json::to_string(self.0)
        };
        f.write_str(&text.unwrap_or_else(|_reason| "<cannot be serialized>".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Password, Revealed};

    #[test]
    fn the_alternate_form_is_indented() {
        let shown = format!("{:#?}", Revealed(&[Password::from("x")]));

        assert_eq!(shown, "[\n  \"x\"\n]");
    }
}
