//! Makes texts of a server safe for one line of a log.

/// Removes control, line separator and bidi characters, and keeps at most `limit` characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    text.chars().filter(|c| !is_forging(*c)).take(limit).collect()
}

/// Whether a character could start a new line or change the direction of text.
fn is_forging(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_line_stays_one_and_reads_as_it_looks() {
        assert_eq!(one_line("a\r\nb\u{2028}c\u{202e}d\u{7f} ä😀", 100), "abcd ä😀");
        assert_eq!(one_line("äöü", 2), "äö");
    }
}
