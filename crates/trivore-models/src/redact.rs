//! `Debug` implementations that show no personal data.
//!
//! Redaction is the default: a type lists the few fields whose values may be shown. All other
//! fields, including later additions and unknown fields, are redacted. There is no feature to
//! disable this, because cargo unifies features: one crate would disable it for all.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroize;

use crate::depth::{self, READ_DEPTH};

/// Implements `Debug` with the names of the fields that are set and the values of those listed.
///
/// The names are those in JSON.
macro_rules! redacted_debug {
    ($type:ident shows $($shown:literal)*) => {
        /// Shows the names of the fields that are set, and no personal data.
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::redact::fmt(self, stringify!($type), &[$($shown),*], f)
            }
        }
    };
}
pub(crate) use redacted_debug;

pub(crate) fn fmt<T: Serialize>(
    value: &T,
    name: &str,
    shown: &[&str],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut output = f.debug_struct(name);
    // Serializing recurses: thousands of levels would overflow the stack.
    if !depth::is_within(value, READ_DEPTH) {
        return output.finish_non_exhaustive();
    }
    if let Ok(Value::Object(mut fields)) = serde_json::to_value(value) {
        for (field, value) in &fields {
            let is_shown = shown.contains(&field.as_str());
            output.field(field, &Field { value, is_shown });
        }
        fields.values_mut().for_each(wipe);
    }
    output.finish_non_exhaustive()
}

struct Field<'a> {
    value: &'a Value,
    is_shown: bool,
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            // Always redacted: an object may contain unknown fields.
            Value::Object(_) => f.write_str("<redacted>"),
            value if self.is_shown => write!(f, "{value}"),
            Value::Array(elements) => write!(f, "<{} redacted>", elements.len()),
            _ => f.write_str("<redacted>"),
        }
    }
}

/// Wipes the strings of the value, so that no copy of a secret stays in memory.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(elements) => elements.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::{EmailAddress, User};

    #[test]
    fn debug_names_what_is_set_and_shows_what_is_harmless() {
        let mut user = User::new();
        user.id = Some("5b0cfba4e2bb230ff8b535e6".into());
        user.namespace_code = Some("testsdk".into());
        user.username = Some("john".to_owned());
        user.emails = Some(vec![EmailAddress::new("a@b"), EmailAddress::new("c@d")]);
        user.extra.insert("newer", 1);

        assert_eq!(
            format!("{user:?}"),
            "User { emails: <2 redacted>, id: \"5b0cfba4e2bb230ff8b535e6\", newer: <redacted>, \
             nsCode: \"testsdk\", username: <redacted>, .. }"
        );
    }
}
