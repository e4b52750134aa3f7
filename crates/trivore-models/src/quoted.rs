//! Finds the ends of quoted texts.

/// Returns the length of the JSON string at the beginning of a text, with its quotes.
///
/// `None` if it has no closing quote. What is between the quotes is not checked.
pub(crate) fn quoted_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let closing = text.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })?;
    Some(closing + 2)
}

#[cfg(test)]
mod tests {
    use super::quoted_length;

    #[test]
    fn a_text_ends_at_the_first_quote_that_is_not_escaped() {
        for (text, length) in [
            (r#""""#, Some(2)),
            (r#""a"b"c""#, Some(3)),
            (r#""\"" , "x""#, Some(4)),
            (r#""\\" , "x""#, Some(4)),
            (r#""\\\"""#, Some(6)),
            (r#""ä""#, Some(4)),
            (r#"""#, None),
            (r#""\""#, None),
            ("", None),
        ] {
            assert_eq!(quoted_length(text), length, "{text}");
        }
    }
}
