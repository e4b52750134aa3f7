//! The known name that an unknown one was probably meant to be.

/// Returns the name that is most like `text`, if one is like it.
pub(crate) fn nearest<'a>(text: &str, names: &'a [String]) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let distance = |name: &String| {
        let name = name.to_lowercase();
        // Headers such as `First name` or `given_name` leave out the group that a name is in.
        let last = name.rsplit('.').next().unwrap_or(&name);
        let plain: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
        let inner = if plain.is_empty() { usize::MAX } else { edits(&plain, last) };
        edits(&lower, &name).min(inner)
    };
    let best = names.iter().min_by_key(|name| distance(name))?;
    let most = (text.chars().count() / 3).clamp(1, 3);
    (distance(best) <= most).then_some(best.as_str())
}

/// Returns how many characters have to be inserted, removed or replaced.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<_> = (0..=b.len()).collect();
    for (at, from) in a.chars().enumerate() {
        let mut diagonal = row.first().copied().unwrap_or_default();
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
        let mut left = at + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            *cell = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            (diagonal, left) = (above, *cell);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_found_in_spite_of_case_and_typing_errors() {
        let names = ["username", "nsCode", "name.givenName", "emails"].map(str::to_owned);
        for (text, expected) in [
            ("usrname", Some("username")),
            ("Username", Some("username")),
            ("nscode", Some("nsCode")),
            ("givenName", Some("name.givenName")),
            ("given name", Some("name.givenName")),
            ("email", Some("emails")),
            ("shoe size", None),
            ("", None),
            ("---", None),
        ] {
            assert_eq!(nearest(text, &names), expected, "{text}");
        }
    }
}
