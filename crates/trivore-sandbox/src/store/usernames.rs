//! Generates usernames by the policy of a namespace.

use crate::values::api_error::ApiError;
use crate::values::document::{Document, list, object, text};
use crate::values::ids::Random;

/// Generates one username; the caller retries if it is taken.
///
/// Returns `None` if the policy requires the client to choose, or requires an e-mail address that
/// the user does not have.
pub(crate) fn generate(
    policy: &str,
    user: &Document,
    random: &Random,
) -> Result<Option<String>, ApiError> {
    let pattern = match policy {
        "MANUAL" => return Ok(None),
        "EMAIL" => return Ok(primary_email(user)),
        "FMLNN" => return Ok(Some(initials(user, random)? + &spell("99", random)?)),
        "CVCV" => "cvcv",
        "CVCVCV" => "cvcvcv",
        "NINE_NUMBERS" => "999999999",
        "TEN_NUMBERS" => "9999999999",
        "EIGHT_LOWER_CASE_CHARS" => "aaaaaaaa",
        "TEN_LOWER_CASE_CHARS" => "aaaaaaaaaa",
        _ => EIGHT_NUMBERS,
    };
    spell(pattern, random).map(Some)
}

/// Fills a pattern: `9` any digit, `a` any letter, `c` a consonant, `v` a vowel.
fn spell(pattern: &str, random: &Random) -> Result<String, ApiError> {
    let letter = |kind| match kind {
        '9' => random.pick("0123456789"),
        'c' => random.pick("bcdfghjklmnpqrstvwxz"),
        'v' => random.pick("aeiouy"),
        _ => random.pick("abcdefghijklmnopqrstuvwxyz"),
    };
    pattern.chars().map(letter).collect()
}

fn primary_email(user: &Document) -> Option<String> {
    let address = list(user, "emails").first()?.as_object()?;
    text(address, "address").map(str::to_lowercase)
}

/// Returns the initials of first, middle and last name, with random letters for missing names.
fn initials(user: &Document, random: &Random) -> Result<String, ApiError> {
    let name = object(user, "name");
    ["givenName", "middleName", "familyName"]
        .into_iter()
        .map(|part| match name.and_then(|name| text(name, part)?.chars().next()) {
            Some(letter) => Ok(letter.to_lowercase().to_string()),
            None => spell("a", random),
        })
        .collect()
}

/// Default policy, as a pattern.
const EIGHT_NUMBERS: &str = "99999999";

/// Policies that a namespace can have.
pub(crate) const POLICIES: &[&str] = &[
    "EMAIL",
    "FMLNN",
    "CVCV",
    "CVCVCV",
    "EIGHT_NUMBERS",
    "NINE_NUMBERS",
    "TEN_NUMBERS",
    "EIGHT_LOWER_CASE_CHARS",
    "TEN_LOWER_CASE_CHARS",
    "MANUAL",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(policy: &str, fits: fn(&str) -> bool) {
        let user = json!({
            "name": {"givenName": "Äiti", "familyName": "Lind"},
            "emails": [{"address": "A@b.C"}],
        });
        let username = generate(policy, user.as_object().unwrap(), &Random::System)
            .unwrap()
            .unwrap_or_default();
        assert!(fits(&username), "{policy}: {username}");
    }

    #[test]
    fn follows_the_policy() {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        assert!(digits(&spell(EIGHT_NUMBERS, &Random::System).unwrap()));
        check("EIGHT_NUMBERS", |name| name.len() == 8 && name.parse::<u64>().is_ok());
        check("NINE_NUMBERS", |name| name.len() == 9 && name.parse::<u64>().is_ok());
        check("TEN_NUMBERS", |name| name.len() == 10 && name.parse::<u64>().is_ok());
        check("EMAIL", |name| name == "a@b.c");
        check("FMLNN", |name| name.starts_with('ä') && name.chars().nth(2) == Some('l'));
        check("CVCV", |name| name.len() == 4);
        check("CVCVCV", |name| name.len() == 6);
        check("TEN_LOWER_CASE_CHARS", |name| name.len() == 10);
        check("MANUAL", str::is_empty);
    }
}
