//! The form of the service's identifiers.

/// Whether a text has the form of an identifier: 24 hexadecimal digits in lower case.
pub(crate) fn is_object_id(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 24 && text.bytes().all(is_digit)
}
