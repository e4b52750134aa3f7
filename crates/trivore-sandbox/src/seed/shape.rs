//! What JSON values a seed may have.

use crate::values::field_types::{FieldType, Fields};

/// The JSON values that are accepted at one place.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// What the API accepts.
    Field(FieldType),
    List(&'static Self),
    /// An object with any fields, whose values have one shape.
    MapOf(&'static Self),
    /// An object with these fields, and those of an object of the API.
    Object(&'static [(&'static str, Self)], Fields),
    Time,
}

pub(super) const TEXT: Shape = Shape::Field(FieldType::Text);
pub(super) const FLAG: Shape = Shape::Field(FieldType::Flag);
pub(super) const NUMBER: Shape = Shape::Field(FieldType::Number);
pub(super) const TEXTS: Shape = Shape::Field(FieldType::Texts);
pub(super) const MAP: Shape = Shape::Field(FieldType::Map);
pub(super) const ANY: Shape = Shape::Field(FieldType::Any);

impl Shape {
    /// Returns the shape of the elements, if a list is accepted.
    pub(super) fn element(self) -> Option<Self> {
        match self {
            Self::List(element) => Some(*element),
            Self::Field(FieldType::Any) => Some(ANY),
            Self::Field(FieldType::Objects(fields)) => Some(Self::Object(&[], fields)),
            Self::Field(FieldType::Texts) => Some(TEXT),
            _ => None,
        }
    }

    pub(super) fn is_object(self) -> bool {
        matches!(
            self,
            Self::MapOf(_)
                | Self::Object(..)
                | Self::Field(FieldType::Any | FieldType::Map | FieldType::Object(_))
        )
    }

    /// Returns the shape of a field of an object; `None` if there is no such field.
    pub(super) fn member(self, key: &str) -> Option<Self> {
        let known = |fields: Fields| {
            let field = fields.iter().find(|(name, _)| *name == key);
            field.map(|(_, kind)| Self::Field(*kind))
        };
        match self {
            Self::MapOf(member) => Some(*member),
            Self::Object(own, fields) => {
                let own = own.iter().find(|(name, _)| *name == key);
                own.map(|(_, shape)| *shape).or_else(|| known(fields))
            }
            Self::Field(FieldType::Object(fields)) => known(fields),
            Self::Field(FieldType::Any | FieldType::Map) => Some(ANY),
            _ => None,
        }
    }

    /// Describes the accepted values in an error.
    pub(super) fn expected(self) -> String {
        let expected = match self {
            Self::Field(FieldType::Choice(choices)) => {
                return format!("one of {}", choices.join(", "));
            }
            Self::Field(FieldType::Any) => "anything",
            Self::Field(FieldType::Flag) => "true or false",
            Self::Field(FieldType::Number) => "an integer",
            Self::Field(FieldType::Text) => "a string",
            Self::Field(FieldType::Objects(_) | FieldType::Texts) | Self::List(_) => "a list",
            Self::Time => "a time such as 2026-01-31T12:00:00Z",
            Self::Field(FieldType::Map | FieldType::Object(_))
            | Self::MapOf(_)
            | Self::Object(..) => "an object",
        };
        expected.to_owned()
    }
}
