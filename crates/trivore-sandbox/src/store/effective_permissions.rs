//! The permissions of a user from all sources.

use std::collections::BTreeSet;

use super::account::Account;
use super::state::State;
use crate::access::builtin_roles::{BUILTIN_ROLES, BuiltinRole};
use crate::access::permissions::closure;
use crate::values::document::texts;

impl State {
    /// Returns the permissions of a user from all sources, with their dependencies.
    ///
    /// The sources are direct permissions, built-in roles, custom roles, and custom roles of the
    /// groups that the user belongs to, directly or through other groups.
    pub(crate) fn effective_permissions(&self, account: &Account) -> BTreeSet<String> {
        let builtin = BUILTIN_ROLES.iter().filter(|role| account.builtin_roles.contains(role.id));
        let document = account.document();
        let groups = self.groups_with_ancestors(&texts(&document, "memberOf"));
        let custom = self.custom_roles.iter().filter(|(id, role)| {
            account.custom_roles.contains(*id)
                || texts(role, "memberOf").iter().any(|group| groups.contains(*group))
        });
        let mut found = account.permissions.clone();
        found.extend(builtin.flat_map(BuiltinRole::permissions).map(str::to_owned));
        found.extend(custom.flat_map(|(_, role)| texts(role, "permissions")).map(str::to_owned));
        closure(found)
    }
}
