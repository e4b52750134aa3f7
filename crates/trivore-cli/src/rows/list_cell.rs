//! Several values in one cell.

/// Splits a cell at the separator, without the white space around the values and without empty
/// ones.
///
/// A backslash before the separator or before another backslash makes it a part of the value.
pub(crate) fn split(text: &str, separator: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let item = items.last_mut();
        if let Some(after) = rest.strip_prefix(separator) {
            items.push(String::new());
            rest = after;
            continue;
        }
        let after = rest.strip_prefix('\\').unwrap_or_default();
        let escaped = [separator, "\\"].into_iter().find(|escaped| after.starts_with(*escaped));
        let (part, length) = match escaped {
            Some(escaped) => (escaped, escaped.len() + 1),
            None => (&rest[..first.len_utf8()], first.len_utf8()),
        };
        if let Some(item) = item {
            item.push_str(part);
        }
        rest = &rest[length..];
    }
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// Joins values to a cell that [`split`] splits into the same ones; `None` if there is no such
/// cell.
pub(crate) fn join(items: &[&str], separator: &str) -> Option<String> {
    let escaped = items
        .iter()
        .map(|item| item.replace('\\', "\\\\").replace(separator, &format!("\\{separator}")));
    let text = escaped.collect::<Vec<_>>().join(separator);
    let is_plain = !text.is_empty() && !text.starts_with('[') && split(&text, separator) == items;
    is_plain.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{join, split};

    #[test]
    fn values_are_split_and_trimmed() {
        for (text, expected) in [
            ("a", &["a"][..]),
            ("a; b;c", &["a", "b", "c"]),
            ("a\\;b;c", &["a;b", "c"]),
            ("a\\\\;b", &["a\\", "b"]),
            ("DOMAIN\\group", &["DOMAIN\\group"]),
            ("a;;b; ;", &["a", "b"]),
        ] {
            assert_eq!(split(text, ";"), expected, "{text}");
        }
        assert_eq!(split("a||b|c", "||"), ["a", "b|c"]);
    }

    #[test]
    fn what_is_joined_is_split_into_the_same_values() {
        for items in [&["a"][..], &["a;b", "\\", "\\;", "😀", "a\nb"], &["a", "=1"]] {
            for separator in [";", "|", "||", " "] {
                let text = join(items, separator).unwrap();
                assert_eq!(split(&text, separator), items, "{text}");
            }
        }
        for items in [&[][..], &[""], &[" a"], &["a", "b "], &["[1]"]] {
            assert_eq!(join(items, ";"), None, "{items:?}");
        }
    }
}
