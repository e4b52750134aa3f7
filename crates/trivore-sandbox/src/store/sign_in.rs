//! Finds a user by sign-in name and password.

use super::account::Account;
use super::state::State;
use super::user_index::IndexedField;

impl State {
    /// Returns the user with this name and password, if there is exactly one.
    ///
    /// The name is a username or `username@nsCode`.
    pub(crate) fn sign_in(&self, name: &str, password: &str) -> Option<String> {
        let mut found = self.named(name).filter(|account| {
            account.has_password(password)
                && !account.is_deleted()
                && !(self.rules.locked_refused && is_locked(account))
        });
        let account = found.next()?;
        found.next().is_none().then(|| account.id().to_owned())
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Account> {
        let parts = name.rsplit_once('@');
        let qualified = parts.and_then(|(username, code)| self.user_named(code, username));
        let qualified = qualified.and_then(|id| self.users.get(id));
        self.users.find(IndexedField::Username, name).chain(qualified)
    }
}

fn is_locked(account: &Account) -> bool {
    crate::values::document::flag(&account.document(), "locked").unwrap_or(false)
}
