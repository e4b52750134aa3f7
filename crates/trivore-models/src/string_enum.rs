//! Enums that keep values unknown to this version.

use std::fmt;

/// An enum value that is unknown to this version, as the service sent it.
///
/// It has no public constructor and does not implement `Deserialize`: a known value is always
/// its own variant, never `Unrecognized`.
///
/// # Examples
///
/// ```
/// use trivore_models::Sex;
///
/// let sex: Sex = serde_json::from_str(r#""A_FUTURE_VALUE""#)?;
///
/// assert!(matches!(&sex, Sex::Unrecognized(value) if value.as_str() == "A_FUTURE_VALUE"));
/// assert_eq!(serde_json::to_string(&sex)?, r#""A_FUTURE_VALUE""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Unrecognized(String);

/// Redacts the value, whose meaning is unknown.
impl fmt::Debug for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Unrecognized {
    /// Returns the value as the service sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Declares an enum whose variants are strings in JSON.
///
/// Adds a variant `Unrecognized` for all other strings, and conversions from and to strings.
/// After `redacted`, `Debug` does not show the value, which says something about a person.
macro_rules! string_enum {
    (redacted $(#[$meta:meta])* pub enum $name:ident $variants:tt) => {
        string_enum! {
            #[derive(Clone, PartialEq, Eq, Hash)]
            $(#[$meta])*
            ///
            /// `Debug` redacts the value.
            @ $name $variants
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(<redacted>)"))
            }
        }
    };
    ($(#[$meta:meta])* pub enum $name:ident $variants:tt) => {
        string_enum! {
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            $(#[$meta])*
            @ $name $variants
        }
    };
    (
        $(#[$meta:meta])*
        @ $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$meta])*
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value unknown to this version; it serializes as it was received.
            Unrecognized($crate::Unrecognized),
        }

        impl $name {
            /// Returns the value as the service spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unrecognized(text) => text.as_str(),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Unrecognized($crate::Unrecognized::new(text)),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        /// Any string, because a value may be unknown to this version; the known ones are examples.
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "examples": [$($text),+]})
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::text(deserializer)
            }
        }
    };
}
pub(crate) use string_enum;

#[cfg(test)]
mod tests {
    use crate::Sex;

    #[test]
    fn a_named_value_is_read_by_its_name() {
        assert_eq!(serde_json::from_str::<Sex>(r#""FEMALE""#).unwrap(), Sex::Female);
        assert_eq!(Sex::from("OTHER"), Sex::Other);
        assert_eq!(Sex::Undisclosed.to_string(), "UNDISCLOSED");
    }

    #[test]
    fn an_unnamed_value_is_written_as_it_was_read() {
        for text in [r#""female""#, r#""""#, r#""X""#] {
            let sex: Sex = serde_json::from_str(text).unwrap();

            assert!(matches!(sex, Sex::Unrecognized(_)));
            assert_eq!(serde_json::to_string(&sex).unwrap(), text);
        }
    }
}
