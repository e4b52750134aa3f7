//! Text that does nothing to a terminal.

use std::borrow::Cow;

/// Replaces characters that could change what a terminal shows elsewhere; lines stay.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_replaced = |c: char| is_harmful(c) && c != '\n';
    if !text.contains(is_replaced) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_replaced, "\u{fffd}"))
}

/// Does the same for a text that is one line.
pub(crate) fn printable_line(text: &str) -> String {
    text.replace(is_harmful, "\u{fffd}")
}

/// Control characters, and those that change the direction of the text that follows.
fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{printable, printable_line};

    #[test]
    fn only_lines_are_kept_of_what_controls_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\u{9b}\nc"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}\nc");
        assert_eq!(printable("äö 中 א"), "äö 中 א");
        assert_eq!(printable_line("a\n\u{202e}b\u{2066}"), "a\u{fffd}\u{fffd}b\u{fffd}");
    }
}
