//! `Debug` implementations that show no personal data.
//!
//! Redaction is the default: a type lists the few fields whose values may be shown. All other
//! fields, including later additions and unknown fields, are redacted. There is no feature to
//! disable this, because cargo unifies features: one crate would disable it for all.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroize;

use crate::{
    Extra,
    depth::{self, READ_DEPTH},
};

/// Implements `Debug` with the names of the fields that are set and the values of those listed.
///
/// The names are those in JSON. Of the fields in `extra`, only the number is shown: applications
/// may make names of personal data. A type in requests has no such fields: `without extra`.
macro_rules! redacted_debug {
    ($type:ident shows $($shown:literal)*) => {
        $crate::redact::redacted_debug!(@ $type, |value: &$type| Some(&value.extra), $($shown)*);
    };
    ($type:ident without extra shows $($shown:literal)*) => {
        $crate::redact::redacted_debug!(@ $type, |_: &$type| None, $($shown)*);
    };
    (@ $type:ident, $extra:expr, $($shown:literal)*) => {
        /// Shows the names of the fields that are set, and no personal data.
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let extra: fn(&Self) -> Option<&$crate::Extra> = $extra;
                $crate::redact::fmt(self, extra(self), stringify!($type), &[$($shown),*], f)
            }
        }
    };
}
pub(crate) use redacted_debug;

pub(crate) fn fmt<T: Serialize>(
    value: &T,
    extra: Option<&Extra>,
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
        let is_extra = |field: &str| extra.is_some_and(|extra| extra.get(field).is_some());
        for (field, value) in fields.iter().filter(|(field, _)| !is_extra(field)) {
            let is_shown = shown.contains(&field.as_str());
            output.field(field, &Field { value, is_shown });
        }
        if let Some(extra) = extra.filter(|extra| !extra.is_empty()) {
            output.field("extra", &Count(extra.len()));
        }
        fields.values_mut().for_each(wipe);
    }
    output.finish_non_exhaustive()
}

/// Shows how many things are redacted.
pub(crate) struct Count(pub(crate) usize);

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} redacted>", self.0)
    }
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
            Value::Array(elements) => Count(elements.len()).fmt(f),
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
            "User { emails: <2 redacted>, id: \"5b0cfba4e2bb230ff8b535e6\", nsCode: \"testsdk\", \
             username: <redacted>, extra: <1 redacted>, .. }"
        );
    }
}
