//! Adds objects to the state directly, and sets what no client can set.

use serde_json::{Value, json};

use super::shared::Shared;
use crate::access::builtin_roles::is_builtin_role;
use crate::access::permissions::is_permission;
use crate::store::contact::ContactKind;
use crate::store::external_permissions::check_grants;
use crate::store::namespaces::FIELDS;
use crate::store::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, list, objects_mut, text};
use crate::values::field_types;

impl Shared {
    /// Adds a namespace and returns its identifier.
    pub(crate) fn add_namespace(&self, namespace: Value) -> Result<String, ApiError> {
        let mut namespace = object(namespace)?;
        let mut state = self.change()?;
        field_types::check(&namespace, FIELDS, &state.rules)?;
        field_types::rewrite_integers(&mut namespace, FIELDS);
        Ok(id_of(&state.add_namespace(namespace)?))
    }

    /// Adds a group and returns its identifier.
    pub(crate) fn add_group(&self, group: Value) -> Result<String, ApiError> {
        let group = object(group)?;
        let mut state = self.change()?;
        let code = state.namespace_of(&group)?;
        Ok(id_of(&state.add_group(&code, group)?))
    }

    /// Adds a custom role and returns its identifier.
    pub(crate) fn add_custom_role(&self, role: Value) -> Result<String, ApiError> {
        let role = object(role)?;
        let mut state = self.change()?;
        let code = state.namespace_of(&role)?;
        Ok(id_of(&state.add_role(&code, role)?))
    }

    /// Adds a user and returns its identifier.
    pub(crate) fn add_user(&self, user: Value) -> Result<String, ApiError> {
        let mut user = object(user)?;
        let mut state = self.change()?;
        let code = state.namespace_of(&user)?;
        let password = user.remove("password");
        let id = state.seed_user(AddedBy::Seed, &code, user)?;
        if let Some(Value::String(password)) = password {
            state.account_mut(&id)?.passwords.push(password);
        }
        Ok(id)
    }

    /// Adds an external permission, or replaces it.
    pub(crate) fn add_external_permission(
        &self,
        group: &str,
        permission: &str,
        document: Value,
    ) -> Result<(), ApiError> {
        let document = object(document)?;
        self.change()?.add_external_permission(group, permission, document);
        Ok(())
    }

    /// Marks an e-mail address or mobile number of a user as verified or not.
    pub(crate) fn set_verified(
        &self,
        user: &str,
        value: &str,
        is_verified: bool,
    ) -> Result<(), ApiError> {
        let mut state = self.change()?;
        let document = state.account(user)?.document();
        let has = |contact: &ContactKind| {
            let mut items = list(&document, contact.list()).iter();
            items.any(|item| item.get(contact.value()).and_then(Value::as_str) == Some(value))
        };
        let contact = ContactKind::ALL.into_iter().find(has);
        let contact = contact.ok_or_else(|| ApiError::not_found("Address or number"))?;
        if is_verified {
            return state.mark_verified(user, contact, value);
        }
        state.change_user("update", user, |account| {
            for item in objects_mut(account.document_mut(), contact.list()) {
                if text(item, contact.value()) == Some(value) {
                    item.insert("verified".to_owned(), json!(false));
                    item.remove("verifiedBy");
                    item.remove("verifiedDateTime");
                }
            }
        })
    }

    /// Sets the legal information of a user.
    pub(crate) fn set_legal_info(&self, user: &str, legal: Value) -> Result<(), ApiError> {
        let legal = object(legal)?;
        self.change()?.account_mut(user)?.legal = Some(legal);
        Ok(())
    }

    /// Sets the external permissions that are granted to a user.
    pub(crate) fn set_external_permissions(
        &self,
        user: &str,
        grants: Vec<Value>,
    ) -> Result<(), ApiError> {
        let mut state = self.change()?;
        state.account(user)?;
        check_grants(&grants, &state.rules)?;
        state.account_mut(user)?.external_permissions = grants;
        Ok(())
    }

    /// Sets the strong identifications of a user, oldest first, and completes them.
    pub(crate) fn set_strong_identifications(
        &self,
        user: &str,
        identifications: Vec<Value>,
    ) -> Result<(), ApiError> {
        let entries = identifications.into_iter().map(object).collect::<Result<Vec<_>, _>>()?;
        let mut state = self.change()?;
        state.account(user)?;
        let now = state.now();
        let first = entries.first().and_then(|first| text(first, "time")).unwrap_or(&now);
        let first = first.to_owned();
        let mut completed = Vec::with_capacity(entries.len());
        for (index, mut entry) in entries.into_iter().enumerate() {
            let id = state.next_id();
            for (key, value) in [
                ("id", json!(id)),
                ("identified", json!(true)),
                ("method", json!("USER_API")),
                ("time", json!(now)),
                ("firstTime", json!(first)),
                ("count", json!(index + 1)),
            ] {
                entry.entry(key).or_insert(value);
            }
            completed.push(entry);
        }
        state.account_mut(user)?.identifications = completed;
        Ok(())
    }

    /// Sets fields of an entry of a user's group membership.
    pub(crate) fn set_group_membership(
        &self,
        user: &str,
        group: &str,
        fields: Value,
    ) -> Result<(), ApiError> {
        let fields = object(fields)?;
        self.change()?.account_mut(user)?.memberships.insert(group.to_owned(), fields);
        Ok(())
    }

    /// Removes the clients with this identifier and their tokens, and returns whether there were any.
    pub(crate) fn remove_client(&self, id: &str) -> bool {
        let mut state = self.state();
        let is_api_client = state.api_clients.remove(id).is_some();
        let is_oidc_client = state.oidc_clients.remove(id).is_some();
        state.tokens.revoke_client(id);
        is_api_client || is_oidc_client
    }

    /// Grants permissions directly to a user.
    pub(crate) fn grant_permissions(&self, user: &str, ids: Vec<String>) -> Result<(), ApiError> {
        check_known(&ids, is_permission, "permission")?;
        self.change()?.account_mut(user)?.permissions.extend(ids);
        Ok(())
    }

    /// Grants built-in roles to a user.
    pub(crate) fn grant_builtin_roles(&self, user: &str, ids: Vec<String>) -> Result<(), ApiError> {
        check_known(&ids, is_builtin_role, "role")?;
        self.change()?.account_mut(user)?.builtin_roles.extend(ids);
        Ok(())
    }
}

/// Rejects identifiers that do not exist.
pub(super) fn check_known<'a>(
    ids: impl IntoIterator<Item = &'a String>,
    exists: fn(&str) -> bool,
    what: &str,
) -> Result<(), ApiError> {
    match ids.into_iter().find(|id| !exists(id)) {
        Some(id) => Err(ApiError::bad_request(format!("Unknown {what} {id}."))),
        None => Ok(()),
    }
}

fn id_of(document: &Document) -> String {
    text(document, "id").unwrap_or_default().to_owned()
}

fn object(value: Value) -> Result<Document, ApiError> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(ApiError::bad_request("The value must be a JSON object.")),
    }
}
