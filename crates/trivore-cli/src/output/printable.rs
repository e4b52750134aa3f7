//! Text that does nothing to a terminal.

use std::borrow::Cow;

/// Replaces control characters, which could change what a terminal shows elsewhere; lines stay.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| c.is_control() && c != '\n';
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_harmful, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn only_lines_are_kept_of_what_controls_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\u{9b}\nc"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}\nc");
        assert_eq!(printable("äö 中"), "äö 中");
    }
}
