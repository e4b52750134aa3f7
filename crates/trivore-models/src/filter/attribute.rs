//! Names of attributes, as far as a filter can hold them.
//!
//! Case matters (documented). Custom fields have names of an installation's own, so
//! letters and digits of any script pass; which names exist is for the service to say.

use super::error::Reason;

/// Says whether a character may stand in an attribute name, as far as it decides alone.
pub(super) fn is_attribute_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':' | '$')
}

/// Says whether a text can stand as an attribute name.
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
