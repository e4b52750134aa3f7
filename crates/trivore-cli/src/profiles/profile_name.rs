//! Names of profiles.

use std::str::FromStr;

/// The name of a profile, which is also that of a file and a key of TOML.
#[derive(Clone, Debug)]
pub(crate) struct ProfileName(pub(crate) String);

impl FromStr for ProfileName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && text.len() <= 64 && text.chars().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err("the name of a profile has 1 to 64 letters, digits, `-` and `_`")
        }
    }
}
