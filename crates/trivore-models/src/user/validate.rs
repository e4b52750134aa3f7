//! Documented limits of a user, checked before a request is sent.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use crate::{
    CustomFields, InvalidCustomField, RepeatedMember, User, check_members,
    depth::{self, MAX_DEPTH, READ_DEPTH},
};

impl User {
    /// Maximum number of tags of a user (documented).
    pub const MAX_TAGS: usize = 100;

    /// Maximum length of a tag in characters (documented).
    pub const MAX_TAG_LENGTH: usize = 100;

    /// Maximum number of levels of nesting, with the user itself as the first.
    ///
    /// The limit is this SDK's own: if a user that is nested much deeper were stored, no list
    /// that contains it could be read.
    pub const MAX_DEPTH: usize = MAX_DEPTH;

    /// Checks the documented limits of tags and custom fields, the nesting, and that no field is
    /// set twice.
    ///
    /// The service checks everything else.
    ///
    /// # Errors
    ///
    /// There are too many tags, a tag is too long, a custom field has an invalid name, a value is
    /// nested too deeply, or a field that is set is in `extra`, too.
    pub fn validate(&self) -> Result<(), InvalidUser> {
        if self.tags().len() > Self::MAX_TAGS {
            return Err(InvalidUser::TooManyTags);
        }
        if !excess_lengths(self).is_empty() {
            return Err(InvalidUser::TagTooLong);
        }
        if let Some(fields) = &self.custom_fields {
            fields.validate().map_err(InvalidUser::CustomField)?;
        }
        if !depth::is_within(self, Self::MAX_DEPTH) {
            return Err(InvalidUser::TooDeep);
        }
        check_members(self).map_err(InvalidUser::RepeatedMember)
    }

    /// Checks the same as [`validate`](Self::validate), but accepts what the stored user exceeds
    /// at least as much.
    ///
    /// So a stored user that exceeds a limit can still be changed and repaired.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{InvalidUser, User};
    ///
    /// let mut stored = User::new();
    /// stored.tags = Some(vec!["x".to_owned(); 103]);
    /// let mut changed = stored.clone();
    /// changed.tags.get_or_insert_default().pop();
    ///
    /// assert_eq!(changed.validate(), Err(InvalidUser::TooManyTags));
    /// assert_eq!(changed.validate_change(&stored), Ok(()));
    /// ```
    ///
    /// # Errors
    ///
    /// There are too many tags and more than before, a too long tag is new or longer than before,
    /// a custom field with an invalid name is new, a value is nested too deeply and deeper than
    /// before, or a field that is set is in `extra`, too.
    pub fn validate_change(&self, stored: &Self) -> Result<(), InvalidUser> {
        check_members(self).map_err(InvalidUser::RepeatedMember)?;
        if self.tags().len() > Self::MAX_TAGS.max(stored.tags().len()) {
            return Err(InvalidUser::TooManyTags);
        }
        let (new, old) = (excess_lengths(self), excess_lengths(stored));
        if new.len() > old.len() || new.iter().zip(&old).any(|(new, old)| new > old) {
            return Err(InvalidUser::TagTooLong);
        }
        if let Some(fields) = &self.custom_fields {
            let none = CustomFields::new();
            let stored = stored.custom_fields.as_ref().unwrap_or(&none);
            fields.validate_new_names(stored).map_err(InvalidUser::CustomField)?;
        }
        if depth::is_within(self, Self::MAX_DEPTH) {
            return Ok(());
        }
        let json = |user: &Self| {
            if depth::is_within(user, READ_DEPTH) { serde_json::to_value(user).ok() } else { None }
        };
        match (json(self), json(stored)) {
            (Some(new), Some(old)) if !is_deeper(&new, &old, Self::MAX_DEPTH) => Ok(()),
            _ => Err(InvalidUser::TooDeep),
        }
    }
}

/// Checks the limits of a user in JSON as [`User::validate_change`] does.
///
/// A field of another type is not checked; it cannot be read as a user.
pub(crate) fn check_change(
    fields: &Map<String, Value>,
    stored: &Map<String, Value>,
) -> Result<(), InvalidUser> {
    limited(fields).validate_change(&limited(stored))
}

/// Reads the fields that have limits of their own, and keeps the others as they are.
fn limited(fields: &Map<String, Value>) -> User {
    let mut fields = fields.clone();
    let mut take = |field| fields.remove(field).unwrap_or_default();
    let mut user = User::new();
    let tags: Option<Vec<Option<String>>> =
        serde_json::from_value(take("tags")).unwrap_or_default();
    user.tags = tags.map(|tags| tags.into_iter().flatten().collect());
    user.custom_fields = serde_json::from_value(take("customFields")).unwrap_or_default();
    user.extra = fields.into();
    user
}

/// Returns the lengths of the tags that are too long, the longest first.
fn excess_lengths(user: &User) -> Vec<usize> {
    let lengths = user.tags().iter().map(|tag| tag.chars().count());
    let mut lengths: Vec<_> = lengths.filter(|length| *length > User::MAX_TAG_LENGTH).collect();
    lengths.sort_by_key(|length| Reverse(*length));
    lengths
}

/// Whether the new value has an object or array below the last level where the old one has none.
fn is_deeper(new: &Value, old: &Value, levels: usize) -> bool {
    let has_levels = levels > 0 || old.is_object() || old.is_array();
    let levels = levels.saturating_sub(1);
    let none = Value::Null;
    match new {
        Value::Object(members) => {
            let mut members = members.iter();
            !has_levels
                || members.any(|(name, new)| is_deeper(new, old.get(name).unwrap_or(&none), levels))
        }
        Value::Array(elements) => {
            let mut elements = elements.iter().enumerate();
            !has_levels
                || elements.any(|(at, new)| is_deeper(new, old.get(at).unwrap_or(&none), levels))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
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
    /// A value is nested deeper than [`User::MAX_DEPTH`].
    #[error("user is nested deeper than {} levels", User::MAX_DEPTH)]
    TooDeep,
    /// A field that is set is in [`extra`](User::extra), too, or in that of a part of the user.
    #[error(transparent)]
    RepeatedMember(RepeatedMember),
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
    fn only_what_a_change_makes_worse_is_refused() {
        let mut stored = User::new();
        stored.tags = Some([vec!["ä".repeat(150)], vec![String::new(); 102]].concat());
        let fields = stored.custom_fields.get_or_insert_default();
        fields.insert("a.b", 1);
        fields.insert("deep", nested(100));
        let change = |change: fn(&mut User)| {
            let mut user = stored.clone();
            change(&mut user);
            user.validate_change(&stored)
        };

        for repair in [
            |user: &mut User| user.title = Some("x".to_owned()),
            |user: &mut User| user.tags.as_mut().unwrap().truncate(102),
            |user: &mut User| user.tags.as_mut().unwrap()[0] = "ä".repeat(149),
            |user: &mut User| user.tags = None,
            |user: &mut User| drop(user.custom_fields.as_mut().unwrap().remove("a.b")),
            |user: &mut User| drop(user.custom_fields.as_mut().unwrap().insert("a.b", 2)),
            |user: &mut User| drop(user.custom_fields.as_mut().unwrap().insert("c", nested(59))),
            |user: &mut User| drop(user.custom_fields.as_mut().unwrap().insert("deep", nested(99))),
        ] {
            assert_eq!(change(repair), Ok(()));
        }
        for (worse, expected) in [
            (
                (|user: &mut User| user.tags.as_mut().unwrap().push(String::new())) as fn(&mut _),
                InvalidUser::TooManyTags,
            ),
            (|user| user.tags.as_mut().unwrap()[0].push('x'), InvalidUser::TagTooLong),
            (|user| user.tags.as_mut().unwrap()[1] = "x".repeat(101), InvalidUser::TagTooLong),
            (
                |user| drop(user.custom_fields.as_mut().unwrap().insert("deep", nested(101))),
                InvalidUser::TooDeep,
            ),
            (|user| drop(user.extra.insert("new", nested(64))), InvalidUser::TooDeep),
            (|user| drop(user.extra.insert("new", nested(5000))), InvalidUser::TooDeep),
        ] {
            assert_eq!(change(worse), Err(expected));
        }
        let new_name = |user: &mut User| {
            user.custom_fields.as_mut().unwrap().insert("c.d", 1);
        };
        assert!(matches!(change(new_name), Err(InvalidUser::CustomField(_))));
    }

    fn nested(levels: usize) -> Value {
        (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
    }

    #[test]
    fn nesting_is_limited_in_all_parts_of_a_user() {
        let check = |user: &User| user.validate();
        for (levels, is_valid) in [(59, true), (60, false), (5000, false)] {
            let mut user = User::new();
            user.custom_fields.get_or_insert_default().insert("a", nested(levels));
            assert_eq!(check(&user).is_ok(), is_valid, "{levels}");
            assert!(!format!("{user:?}").is_empty());
        }
        for (levels, is_valid) in [(62, true), (63, false), (5000, false)] {
            let mut user = User::new();
            user.name.get_or_insert_default().extra.insert("a", nested(levels));
            assert_eq!(check(&user).is_ok(), is_valid, "{levels}");
            assert!(!format!("{user:?} {:?}", user.name).is_empty());
        }
    }

    #[test]
    fn custom_fields_are_checked() {
        let mut user = User::new();
        user.custom_fields.get_or_insert_default().insert("a.b", 1);

        assert!(matches!(user.validate(), Err(InvalidUser::CustomField(_))));
    }
}
