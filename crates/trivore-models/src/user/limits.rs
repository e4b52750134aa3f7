//! Documented limits of a user, checked before a request is sent.

use crate::{InvalidCustomField, User};

impl User {
    /// Maximum number of tags of a user (documented).
    pub const MAX_TAGS: usize = 100;

    /// Maximum length of a tag in characters (documented).
    pub const MAX_TAG_LENGTH: usize = 100;

    /// Checks the documented limits of tags and custom fields.
    ///
    /// The service checks everything else.
    ///
    /// # Errors
    ///
    /// There are too many tags, a tag is too long, or a custom field has an invalid name.
    pub fn validate(&self) -> Result<(), InvalidUser> {
        if self.tags().len() > Self::MAX_TAGS {
            return Err(InvalidUser::TooManyTags);
        }
        if self.tags().iter().any(|tag| tag.chars().count() > Self::MAX_TAG_LENGTH) {
            return Err(InvalidUser::TagTooLong);
        }
        match &self.custom_fields {
            Some(fields) => fields.validate().map_err(InvalidUser::CustomField),
            None => Ok(()),
        }
    }
}

/// A [`User`] exceeds a documented limit.
///
/// # Examples
///
/// ```
/// use trivore_models::{InvalidUser, User};
///
/// let mut user = User::new();
/// user.tags = Some(vec!["x".repeat(User::MAX_TAG_LENGTH + 1)]);
///
/// assert_eq!(user.validate(), Err(InvalidUser::TagTooLong));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUser {
    /// The user has more than [`User::MAX_TAGS`] tags.
    #[error("user has more than {} tags", User::MAX_TAGS)]
    TooManyTags,
    /// A tag has more than [`User::MAX_TAG_LENGTH`] characters.
    #[error("tag is longer than {} characters", User::MAX_TAG_LENGTH)]
    TagTooLong,
    /// A custom field has a name that the service rejects.
    #[error("invalid custom field")]
    CustomField(#[source] InvalidCustomField),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_limits_are_inclusive_and_count_characters() {
        let mut user = User::new();
        user.tags = Some(vec!["ä".repeat(100); 100]);

        assert_eq!(user.validate(), Ok(()));

        user.tags = Some(vec!["ä".repeat(101)]);
        assert_eq!(user.validate(), Err(InvalidUser::TagTooLong));
        user.tags = Some(vec![String::new(); 101]);
        assert_eq!(user.validate(), Err(InvalidUser::TooManyTags));
    }

    #[test]
    fn custom_fields_are_checked() {
        let mut user = User::new();
        user.custom_fields.get_or_insert_default().insert("a.b", 1);

        assert!(matches!(user.validate(), Err(InvalidUser::CustomField(_))));
    }
}
