//! What a change of a user's roles, groups or permissions did.

use serde::Serialize;
use trivore::models::UserId;
use trivore::users::SetChange;

use crate::context::Context;
use crate::failure::Failure;

/// The shape of the output of `add`, `remove` and `set`.
#[derive(Serialize)]
pub(crate) struct SetReport {
    user: UserId,
    added: Vec<String>,
    removed: Vec<String>,
    /// What was given and needed no change.
    already: Vec<String>,
    /// All that the user has now.
    current: Vec<String>,
}

impl SetReport {
    pub(crate) fn new(user: UserId) -> Self {
        let none = Vec::new;
        Self { user, added: none(), removed: none(), already: none(), current: none() }
    }

    /// Checks the columns before anything is sent.
    pub(crate) fn check_columns(context: &Context) -> Result<(), Failure> {
        context.check_columns(&["user", "added", "removed", "already", "current"])
    }

    /// Adds what another change of the same user did.
    pub(crate) fn include<T: AsRef<str>>(&mut self, change: &SetChange<T>) {
        let extend = |texts: &mut Vec<String>, elements: &[T]| {
            texts.extend(elements.iter().map(|element| element.as_ref().to_owned()));
        };
        extend(&mut self.added, &change.added);
        extend(&mut self.removed, &change.removed);
        extend(&mut self.already, &change.already);
        extend(&mut self.current, &change.current);
    }

    /// Whether something was changed, in words.
    pub(crate) fn changed(&self) -> Option<String> {
        let words = [("added", &self.added), ("removed", &self.removed)];
        let words = words.iter().filter(|(_, elements)| !elements.is_empty());
        let words: Vec<_> =
            words.map(|(verb, elements)| format!("{verb} {}", elements.join(", "))).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}
