//! Enumerations that lose nothing: a value this version does not name is kept.

/// A value of an enumeration that this version does not name, as the service wrote it.
///
/// It cannot be made by hand, nor read alone, so that a value which has a name always has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unrecognized(String);

impl Unrecognized {
    /// Returns the text as the service wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Declares an enum whose variants are texts on the wire.
///
/// Adds the variant `Unrecognized` for all other texts, and conversions from and to text.
macro_rules! string_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that this version does not name; written back as it was read.
            Unrecognized($crate::Unrecognized),
        }

        impl $name {
            /// Returns the text as the service writes it.
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
