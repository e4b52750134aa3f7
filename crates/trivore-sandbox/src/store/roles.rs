//! Stored custom roles.

use serde_json::json;

use super::state::State;
use crate::access::permissions::is_permission;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_filter_names, drop_nulls, text, texts};

impl State {
    /// Adds a custom role to the namespace `code`.
    pub(crate) fn add_role(
        &mut self,
        code: &str,
        mut role: Document,
    ) -> Result<Document, ApiError> {
        drop_nulls(&mut role);
        drop_filter_names(&mut role);
        self.check_role(&role)?;
        let id = self.next_id();
        role.insert("id".to_owned(), id.clone().into());
        role.insert("nsCode".to_owned(), code.into());
        for list in ["permissions", "memberOf"] {
            role.entry(list).or_insert_with(|| json!([]));
        }
        role.insert("meta".to_owned(), self.new_meta("role/custom", &id));
        self.custom_roles.insert(id.clone(), role.clone());
        self.record("role", "create", &id);
        Ok(role)
    }

    /// Deletes a custom role, takes it from all users, and returns whether it existed.
    pub(crate) fn remove_role(&mut self, id: &str) -> bool {
        if self.custom_roles.remove(id).is_none() {
            return false;
        }
        let holders = self.users.values().filter(|account| account.custom_roles.contains(id));
        let holders: Vec<String> = holders.map(|account| account.id().to_owned()).collect();
        for holder in holders {
            if let Some(mut account) = self.users.edit(&holder) {
                account.custom_roles.remove(id);
            }
        }
        self.record("role", "delete", id);
        true
    }

    /// Rejects a role without a name, and unknown permissions and groups.
    pub(crate) fn check_role(&self, role: &Document) -> Result<(), ApiError> {
        if text(role, "name").is_none_or(str::is_empty) {
            return Err(ApiError::bad_request("Field \"name\" is required."));
        }
        if !texts(role, "permissions").into_iter().all(is_permission) {
            return Err(ApiError::bad_request(
                "Field \"permissions\" names an unknown permission.",
            ));
        }
        if !texts(role, "memberOf").into_iter().all(|id| self.groups.contains(id)) {
            return Err(ApiError::bad_request("Field \"memberOf\" names an unknown group."));
        }
        Ok(())
    }
}
