//! Cells of CSV files that a spreadsheet does not execute.

use std::borrow::Cow;

/// Returns the text of a cell, with an apostrophe before what a spreadsheet would take for a
/// formula.
///
/// Text that begins with an apostrophe gets another one, so that importing can remove one from each
/// cell that has it.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(GUARDED) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Returns the text of a cell without the apostrophe that [`guarded`] has added.
pub(crate) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(GUARDED)).unwrap_or(text)
}

/// First characters that make a spreadsheet execute a cell, and the apostrophe itself.
const GUARDED: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};

    #[test]
    fn formulas_are_guarded_and_other_text_is_kept() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+358401234567", "'+358401234567"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("'tHooft", "''tHooft"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), expected, "{text:?}");
            assert_eq!(unguarded(&guarded(text)), text, "{text:?}");
        }
        assert_eq!(unguarded("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }
}
