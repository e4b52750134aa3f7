//! The known name that an unknown one was probably meant to be.

use strsim::levenshtein;

/// Returns the name that is most like `text`, if one is like it.
pub(crate) fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        // Headers such as `First name` or `given_name` leave out the group that a name is in.
        let last = name.rsplit('.').next().unwrap_or(&name);
        let plain: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
        let inner = if plain.is_empty() { usize::MAX } else { levenshtein(&plain, last) };
        levenshtein(&lower, &name).min(inner)
    };
    let most = (text.chars().count() / 3).clamp(1, 3);
    let distances = names.into_iter().map(|name| (distance(name), name));
    let best = distances.min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, _)| *distance <= most).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_found_in_spite_of_case_and_typing_errors() {
        let names = ["username", "nsCode", "name.givenName", "emails"];
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
            assert_eq!(nearest(text, names), expected, "{text}");
        }
    }

    #[test]
    fn only_a_name_that_differs_little_is_near() {
        let names = ["address", "client-id", "namespace"];
        for (text, expected) in [
            ("adress", Some("address")),
            ("client_id", Some("client-id")),
            ("namspace", Some("namespace")),
            ("timeout", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, names), expected, "{text}");
        }
    }
}
