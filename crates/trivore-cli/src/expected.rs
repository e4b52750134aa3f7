//! What a decoder expected, in words.

/// Returns the name of a type as a person says it.
pub(crate) fn in_words(expected: &str) -> &str {
    match expected {
        "a sequence" | "an array" => "a list",
        "a map" => "an object",
        "a boolean" | "bool" => "true or false",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "f32" | "f64" => "a number",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn types_of_the_program_are_not_shown() {
        for (expected, words) in [
            ("struct EnterpriseContactInfo", "an object"),
            ("a sequence", "a list"),
            ("u64", "a whole number that is not negative"),
            ("a date", "a date"),
        ] {
            assert_eq!(in_words(expected), words);
        }
    }
}
