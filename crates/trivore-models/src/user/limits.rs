//! Documented limits of a user, checked before anything is sent.

use crate::{InvalidCustomField, User};

impl User {
    /// Most labels that a user may have (documented).
    pub const MAX_TAGS: usize = 100;

    /// Most characters that a label may have (documented).
    pub const MAX_TAG_LENGTH: usize = 100;

    /// Checks the documented limits of labels and custom fields.
    ///
    /// All else is left to the service.
    ///
    /// # Errors
    ///
    /// There are too many labels, one is too long, or a custom field has a bad name.
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

/// A [`User`] passes a documented limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUser {
    /// There are more than [`User::MAX_TAGS`] labels.
    #[error("user has more than {} tags", User::MAX_TAGS)]
    TooManyTags,
    /// A label has more than [`User::MAX_TAG_LENGTH`] characters.
    #[error("tag is longer than {} characters", User::MAX_TAG_LENGTH)]
    TagTooLong,
    /// A custom field has a name that the service refuses.
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
