//! Identifiers, each a type of its own: a group's identifier is not accepted as a user's.
//!
//! This crate does not validate identifiers. The service decides about their format, and
//! decoding a response never fails because of one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::filter::FilterValue;

/// Declares string types that compare only with values of the same type.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the identifier as the service spells it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<$name> for FilterValue {
            fn from(id: $name) -> Self {
                Self::Text(id.0)
            }
        }

        impl From<&$name> for FilterValue {
            fn from(id: &$name) -> Self {
                Self::Text(id.0.clone())
            }
        }
    )+};
}

ids! {
    /// Internal identifier of a user, never the sign-in name.
    ///
    /// Documented as 24 lower-case hexadecimal digits that sort by creation time; the same
    /// value as the `sub` claim of OpenID Connect.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Filter, User, UserId};
    ///
    /// let user: User = serde_json::from_str(r#"{"id": "5b0cfba4e2bb230ff8b535e6"}"#)?;
    ///
    /// assert_eq!(user.id, Some(UserId::from("5b0cfba4e2bb230ff8b535e6")));
    /// let filter = user.id.map(|id| Filter::eq("id", id).to_string());
    /// assert_eq!(filter.as_deref(), Some(r#"id eq "5b0cfba4e2bb230ff8b535e6""#));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    UserId;

    /// Identifier of a group.
    GroupId;

    /// Identifier of a namespace; see [`NamespaceCode`] for its readable code.
    NamespaceId;

    /// Code of a namespace (`nsCode`), documented as permanent.
    NamespaceCode;

    /// Identifier of a permission, such as `ACCOUNT_VIEW`.
    PermissionId;

    /// Identifier of a built-in or custom role.
    RoleId;

    /// Identifier of an entry in a user's strong identification history.
    StrongIdentificationId;

    /// Identifier of a permission that an external system defines.
    ExternalPermissionId;

    /// Identifier of a group of external permissions.
    ExternalPermissionGroupId;

    /// Identifier of an e-mail template.
    EmailTemplateId;

    /// Reference to a group, by identifier or, in requests, by name.
    ///
    /// Documented: responses contain identifiers, and requests may contain names. If no group
    /// in the user's namespace has the name, the service **creates** that group.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{GroupId, GroupRef, User};
    ///
    /// let group = GroupId::from("5b0cfba4e2bb230ff8b535e7");
    /// let mut user = User::new();
    /// user.member_of = Some(vec![GroupRef::from(&group), "drivers".into()]);
    ///
    /// assert_eq!(
    ///     serde_json::to_string(&user)?,
    ///     r#"{"memberOf":["5b0cfba4e2bb230ff8b535e7","drivers"]}"#
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    GroupRef;
}

impl From<GroupId> for GroupRef {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

impl From<&GroupId> for GroupRef {
    fn from(id: &GroupId) -> Self {
        Self(id.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain_text_in_json() {
        let id: UserId = serde_json::from_str(r#""5b0cfba4e2bb230ff8b535e6""#).unwrap();

        assert_eq!(id.as_str(), "5b0cfba4e2bb230ff8b535e6");
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""5b0cfba4e2bb230ff8b535e6""#);
    }

    #[test]
    fn a_group_reference_is_made_from_an_id_or_a_name() {
        let id = GroupId::from("5b0cfba4e2bb230ff8b535e7");

        assert_eq!(GroupRef::from(&id).as_str(), id.as_str());
        assert_eq!(GroupRef::from("drivers").to_string(), "drivers");
    }
}
