//! The permissions of a user from all sources.

use std::collections::BTreeSet;

use super::account::Account;
use super::state::State;
use crate::access::builtin_roles::{BUILTIN_ROLES, BuiltinRole};
use crate::access::permissions::closure;
use crate::values::document::{Document, texts};

impl State {
    /// Returns the permissions of a user from all sources, with their dependencies.
    ///
    /// The sources are direct permissions, built-in roles, custom roles, and custom roles of the
    /// groups that the user belongs to, directly or through other groups.
    pub(crate) fn effective_permissions(&self, account: &Account) -> BTreeSet<String> {
        let builtin = BUILTIN_ROLES.iter().filter(|role| account.builtin_roles.contains(role.id));
        let document = account.document();
        let custom = account.custom_roles.iter().filter_map(|id| self.custom_roles.get(id));
        let mut found = self.permissions_of_groups(&texts(&document, "memberOf"));
        found.extend(account.permissions.iter().cloned());
        found.extend(builtin.flat_map(BuiltinRole::permissions).map(str::to_owned));
        found.extend(custom.flat_map(|role| texts(role, "permissions")).map(str::to_owned));
        closure(found)
    }

    /// Returns the permissions that members of these groups have, with their dependencies.
    pub(crate) fn permissions_of_groups(&self, ids: &[&str]) -> BTreeSet<String> {
        let groups = self.groups_with_ancestors(ids);
        let is_of_group =
            |role: &&Document| texts(role, "memberOf").iter().any(|id| groups.contains(*id));
        let roles = self.custom_roles.values().filter(is_of_group);
        closure(roles.flat_map(|role| texts(role, "permissions")).map(str::to_owned).collect())
    }
}
