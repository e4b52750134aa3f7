//! What tests put into a sandbox directly, without a request.

use serde_json::Value;
use thiserror::Error;

use crate::document::{Document, text};
use crate::permissions::{BUILTIN_ROLES, is_permission};
use crate::reply::Refusal;
use crate::sandbox::Sandbox;
use crate::state::State;

impl Sandbox {
    /// Adds a namespace and returns its identifier; it must have a `code`.
    ///
    /// # Errors
    ///
    /// The service would not accept it.
    pub fn add_namespace(&self, namespace: Value) -> Result<String, InvalidSeed> {
        let namespace = self.shared().lock().add_namespace(object(namespace)?)?;
        Ok(id_of(&namespace))
    }

    /// Adds a group and returns its identifier.
    ///
    /// # Errors
    ///
    /// The service would not accept it.
    pub fn add_group(&self, group: Value) -> Result<String, InvalidSeed> {
        let group = object(group)?;
        let mut state = self.shared().lock();
        let code = namespace_of(&state, &group)?;
        Ok(id_of(&state.add_group(&code, group)?))
    }

    /// Adds a custom role and returns its identifier.
    ///
    /// # Errors
    ///
    /// The service would not accept it.
    pub fn add_custom_role(&self, role: Value) -> Result<String, InvalidSeed> {
        let role = object(role)?;
        let mut state = self.shared().lock();
        let code = namespace_of(&state, &role)?;
        Ok(id_of(&state.add_role(&code, role)?))
    }

    /// Adds a user and returns its identifier.
    ///
    /// Unlike clients, this may set any `password`, `verified` and `customerGroupInfo`.
    /// Without `nsCode`, the user belongs to the first namespace.
    ///
    /// # Errors
    ///
    /// The service would not accept it.
    pub fn add_user(&self, user: Value) -> Result<String, InvalidSeed> {
        let mut user = object(user)?;
        let mut state = self.shared().lock();
        let code = namespace_of(&state, &user)?;
        let password = user.remove("password");
        let rules = state.rules.clone();
        state.rules.client_may_verify = true;
        state.rules.client_username_refused = false;
        let added = state.add_user(&code, user);
        state.rules = rules;
        let id = added?;
        if let Some(Value::String(password)) = password {
            state.account_mut(&id)?.passwords.push(password);
        }
        Ok(id)
    }

    /// Returns a user's document, if there is one.
    pub fn user_document(&self, id: &str) -> Option<Value> {
        let state = self.shared().lock();
        state.users.get(id).map(|account| account.document.clone().into())
    }

    /// Sets what `/user/{id}/legal` answers.
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the information is not an object.
    pub fn set_legal_info(&self, user: &str, legal: Value) -> Result<(), InvalidSeed> {
        let legal = object(legal)?;
        self.shared().lock().account_mut(user)?.legal = Some(legal);
        Ok(())
    }

    /// Sets the external permissions granted to a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn set_external_permissions(
        &self,
        user: &str,
        grants: impl IntoIterator<Item = Value>,
    ) -> Result<(), InvalidSeed> {
        let grants = grants.into_iter().collect();
        self.shared().lock().account_mut(user)?.external_permissions = grants;
        Ok(())
    }

    /// Adds an external permission, which has at least a `name`.
    ///
    /// # Errors
    ///
    /// It is not an object.
    pub fn add_external_permission(
        &self,
        group: &str,
        permission: &str,
        document: Value,
    ) -> Result<(), InvalidSeed> {
        let document = object(document)?;
        let key = (group.to_owned(), permission.to_owned());
        self.shared().lock().external_permissions.insert(key, document);
        Ok(())
    }

    /// Gives permissions to a user directly.
    ///
    /// # Errors
    ///
    /// There is no such user or permission.
    pub fn grant_permissions(
        &self,
        user: &str,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Result<(), InvalidSeed> {
        let ids = known(ids, is_permission, "permission")?;
        self.shared().lock().account_mut(user)?.permissions.extend(ids);
        Ok(())
    }

    /// Gives built-in roles to a user.
    ///
    /// # Errors
    ///
    /// There is no such user or role.
    pub fn grant_builtin_roles(
        &self,
        user: &str,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Result<(), InvalidSeed> {
        let exists = |id: &str| BUILTIN_ROLES.iter().any(|role| role.id == id);
        let ids = known(ids, exists, "role")?;
        self.shared().lock().account_mut(user)?.builtin_roles.extend(ids);
        Ok(())
    }
}

/// Something put into a sandbox is not what the service could hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidSeed(String);

impl From<Refusal> for InvalidSeed {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.message)
    }
}

fn object(value: Value) -> Result<Document, InvalidSeed> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(InvalidSeed("Expected a JSON object.".to_owned())),
    }
}

fn known(
    ids: impl IntoIterator<Item: Into<String>>,
    exists: fn(&str) -> bool,
    what: &str,
) -> Result<Vec<String>, InvalidSeed> {
    let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
    match ids.iter().find(|id| !exists(id)) {
        Some(id) => Err(InvalidSeed(format!("No {what} is called {id}."))),
        None => Ok(ids),
    }
}

fn namespace_of(state: &State, document: &Document) -> Result<String, InvalidSeed> {
    let first = || state.namespaces.values().find_map(|namespace| text(namespace, "code"));
    let code = text(document, "nsCode").or_else(first).unwrap_or_default();
    match state.namespace(code) {
        Some(_) => Ok(code.to_owned()),
        None => Err(InvalidSeed("Field \"nsCode\" names no namespace.".to_owned())),
    }
}

fn id_of(document: &Document) -> String {
    text(document, "id").unwrap_or_default().to_owned()
}
