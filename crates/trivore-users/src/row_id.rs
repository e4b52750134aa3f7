//! Identifiers of rows, in little memory.

/// The identifier of a row.
///
/// Those of the service have 24 hexadecimal digits (observed), of which 12 bytes are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RowId {
    /// 24 hexadecimal digits, in lower case.
    Hex([u8; 12]),
    /// Any other text.
    Text(Box<str>),
}

impl RowId {
    pub(crate) fn new(text: &str) -> Self {
        hex(text).map_or_else(|| Self::Text(text.into()), Self::Hex)
    }
}

fn hex(text: &str) -> Option<[u8; 12]> {
    let mut bytes = [0; 12];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// Upper case is another text, and so another identifier.
fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_texts_are_different_identifiers() {
        let lower = "5b0cfba4e2bb230ff8b535e6";
        assert!(matches!(RowId::new(lower), RowId::Hex([0x5b, 0x0c, .., 0xe6])));

        let upper = lower.to_uppercase();
        for other in
            ["", "5b", &lower[1..], &upper, "5b0cfba4e2bb230ff8b535eg", "äääääääääääääääääääääää"]
        {
            assert!(matches!(RowId::new(other), RowId::Text(text) if *text == *other), "{other}");
        }
    }
}
