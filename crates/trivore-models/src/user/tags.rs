//! Tags of a user, as the service stores them.

use crate::{InvalidUser, User};

impl User {
    /// Returns a tag as the service stores it: in lower case (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// assert_eq!(User::stored_tag("My_TAG"), "my_tag");
    /// ```
    pub fn stored_tag(tag: &str) -> String {
        tag.to_lowercase()
    }

    /// Whether the user has a tag, in upper or lower case.
    pub fn has_tag(&self, tag: &str) -> bool {
        let tag = Self::stored_tag(tag);
        self.tags().iter().any(|other| Self::stored_tag(other) == tag)
    }

    /// Adds a tag in lower case, and returns whether the user did not have it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// let mut user = User::new();
    ///
    /// assert!(user.add_tag("Field-Trip")?);
    /// assert!(!user.add_tag("field-trip")?);
    /// assert_eq!(user.tags(), ["field-trip"]);
    /// # Ok::<(), trivore_models::InvalidUser>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The tag is longer than [`MAX_TAG_LENGTH`](Self::MAX_TAG_LENGTH), as it is given or in lower
    /// case, or the user has [`MAX_TAGS`](Self::MAX_TAGS) tags already. The user is unchanged.
    pub fn add_tag(&mut self, tag: &str) -> Result<bool, InvalidUser> {
        let stored = checked(tag)?;
        if self.has_tag(&stored) {
            return Ok(false);
        }
        if self.tags().len() >= Self::MAX_TAGS {
            return Err(InvalidUser::TooManyTags);
        }
        self.tags.get_or_insert_default().push(stored);
        Ok(true)
    }

    /// Removes a tag in upper or lower case, and returns whether the user had it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// let mut user = User::new();
    /// user.set_tags(["a", "b"])?;
    ///
    /// assert!(user.remove_tag("A") && !user.remove_tag("c"));
    /// assert_eq!(user.tags(), ["b"]);
    /// # Ok::<(), trivore_models::InvalidUser>(())
    /// ```
    pub fn remove_tag(&mut self, tag: &str) -> bool {
        let tag = Self::stored_tag(tag);
        let Some(tags) = &mut self.tags else { return false };
        let before = tags.len();
        tags.retain(|other| Self::stored_tag(other) != tag);
        tags.len() < before
    }

    /// Replaces all tags by others, in lower case and each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// let mut user = User::new();
    /// user.set_tags(["Red", "BLUE", "red"])?;
    ///
    /// assert_eq!(user.tags(), ["red", "blue"]);
    /// # Ok::<(), trivore_models::InvalidUser>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A tag is longer than [`MAX_TAG_LENGTH`](Self::MAX_TAG_LENGTH), as it is given or in lower
    /// case, or there are more than [`MAX_TAGS`](Self::MAX_TAGS). The user is unchanged.
    pub fn set_tags<T: AsRef<str>>(
        &mut self,
        tags: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidUser> {
        let mut changed = Self { tags: Some(Vec::new()), ..Self::default() };
        for tag in tags {
            changed.add_tag(tag.as_ref())?;
        }
        self.tags = changed.tags;
        Ok(())
    }
}

/// Which of the two the service measures is not documented.
fn checked(tag: &str) -> Result<String, InvalidUser> {
    let stored = User::stored_tag(tag);
    let length = tag.chars().count().max(stored.chars().count());
    if length > User::MAX_TAG_LENGTH { Err(InvalidUser::TagTooLong) } else { Ok(stored) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive_and_leave_the_user_unchanged() {
        let mut user = User::new();
        let many = |count: usize| (0..count).map(|number| format!("Tag-{number}"));

        user.set_tags(many(100)).unwrap();
        assert_eq!(user.validate(), Ok(()));
        assert_eq!(user.add_tag("TAG-7"), Ok(false));
        assert_eq!(user.add_tag("more"), Err(InvalidUser::TooManyTags));
        assert_eq!(user.set_tags(many(101)), Err(InvalidUser::TooManyTags));
        assert_eq!(user.set_tags(many(100).chain(["tag-1".to_owned()])), Ok(()));
        assert_eq!(user.tags().len(), 100);

        assert_eq!(User::new().add_tag(&"Ä".repeat(100)), Ok(true));
        assert_eq!(User::new().add_tag(&"Ä".repeat(101)), Err(InvalidUser::TagTooLong));
        // It is longer in lower case.
        assert_eq!(User::new().add_tag(&"İ".repeat(60)), Err(InvalidUser::TagTooLong));
        let mut user = User::new();
        assert!(user.set_tags(["a".to_owned(), "x".repeat(101)]).is_err());
        assert_eq!(user.tags, None);
    }

    #[test]
    fn tags_that_were_stored_in_upper_case_are_found() {
        let mut user = User::new();
        user.tags = Some(vec!["Old".to_owned(), "OLD".to_owned(), "b".to_owned()]);

        assert!(user.has_tag("old") && !user.has_tag("o"));
        assert_eq!(user.add_tag("old"), Ok(false));
        assert!(user.remove_tag("oLd"));
        assert_eq!(user.tags(), ["b"]);
    }
}
