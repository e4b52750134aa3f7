//! Attribute names: which ones the filter syntax can express.
//!
//! Names are case-sensitive (documented). An installation chooses the names of its custom
//! fields, so letters and digits of any script are valid. Whether an attribute exists is up to
//! the service.

use std::fmt;

use super::error::Reason;

/// Returns whether attribute names may contain the character.
pub(super) fn is_attribute_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':' | '$')
}

/// Checks that a string is a valid attribute name.
pub(super) fn check_attribute(name: &str) -> Result<(), Reason> {
    let Some(first) = name.chars().next() else {
        return Err(Reason::AttributeExpected);
    };
    let is_keyword = ["and", "or", "not"].iter().any(|word| word.eq_ignore_ascii_case(name));
    let starts_well = first.is_alphabetic() || matches!(first, '_' | '$');
    if is_keyword || !starts_well || !name.chars().all(is_attribute_character) {
        return Err(Reason::AttributeName);
    }
    Ok(())
}

/// An attribute name in `Debug`: without the names of custom fields, which applications choose.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.0.split('.').enumerate() {
            f.write_str(if number > 0 { "." } else { "" })?;
            f.write_str(segment)?;
            if segment.eq_ignore_ascii_case("customFields") {
                return f.write_str(".*");
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}
