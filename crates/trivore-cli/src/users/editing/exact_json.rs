//! JSON of which nothing is rounded or lost.

use serde_json::Value;

use super::unique_members::UniqueMembers;

/// Parses JSON, or says what is wrong with it.
///
/// An integer beyond 64 bits would be rounded, and of a member that is there twice, one would be lost:
/// both are refused.
pub(crate) fn parse_exact(json: &str) -> Result<Value, String> {
    let UniqueMembers(value) =
        serde_json::from_str(json).map_err(|error| format!("no valid JSON: {error}"))?;
    match rounded_integer(json) {
        Some(_) => Err("an integer has more than 64 bits; write it as text".to_owned()),
        None => Ok(value),
    }
}

/// Returns the first integer of a valid JSON text that does not fit in 64 bits.
fn rounded_integer(json: &str) -> Option<&str> {
    let mut is_string = false;
    let mut is_escaped = false;
    let mut start = None;
    for (at, c) in json.char_indices().chain([(json.len(), ' ')]) {
        let is_of_number = !is_string && (c.is_ascii_digit() || "+-.eE".contains(c));
        match (start, is_of_number) {
            (None, true) if c.is_ascii_digit() || c == '-' => start = Some(at),
            (Some(from), false) => {
                let number = &json[from..at];
                let is_integer = !number.contains(['.', 'e', 'E']);
                if is_integer && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    return Some(number);
                }
                start = None;
            }
            _ => {}
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::parse_exact;

    #[test]
    fn what_would_be_rounded_or_lost_is_refused() {
        for (json, is_exact) in [
            ("18446744073709551615", true),
            ("-9223372036854775808", true),
            ("18446744073709551616", false),
            ("-9223372036854775809", false),
            ("{\"a\": [1, 123456789012345678901]}", false),
            ("\"123456789012345678901\"", true),
            ("\"\\\"123456789012345678901\"", true),
            ("{\"123456789012345678901\": true, \"false\": 1e30}", true),
            ("1.5", true),
            ("[null, true, -1, {\"a\": {\"b\": 1}, \"b\": \"\"}]", true),
            ("[{\"a\": {\"b\": 1, \"b\": 1}}]", false),
            ("[", false),
        ] {
            let parsed = parse_exact(json);
            assert_eq!(parsed.is_ok(), is_exact, "{json}");
            if let Ok(value) = parsed {
                assert_eq!(value, serde_json::from_str::<Value>(json).unwrap());
            }
        }
    }
}
