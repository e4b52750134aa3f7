//! Who calls, and what the caller may do.

use std::sync::{Arc, OnceLock};

use super::allowed::Allowed;
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;

/// An authenticated caller.
pub(crate) struct Caller {
    pub(crate) id: CallerId,
    pub(crate) permissions: Allowed,
    pub(crate) namespaces: Allowed,
    pub(crate) primary_namespace: Option<String>,
    /// Scopes of a user token.
    pub(crate) scopes: Option<Vec<String>>,
}

/// Where the caller of a request is noted for an observer.
pub(crate) type CallerSlot = Arc<OnceLock<CallerId>>;

/// Kind and identifier of a caller.
#[derive(Clone)]
pub(crate) enum CallerId {
    Client(String),
    User(String),
}

/// Returns the noted caller in words, if there is one.
pub(crate) fn noted(slot: &CallerSlot) -> Option<String> {
    slot.get().map(|caller| match caller {
        CallerId::Client(id) => format!("client {id}"),
        CallerId::User(id) => format!("user {id}"),
    })
}

impl Caller {
    pub(crate) fn is_user(&self) -> bool {
        matches!(self.id, CallerId::User(_))
    }

    pub(crate) fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }

    pub(crate) fn may_access(&self, namespace: &str) -> bool {
        self.namespaces.contains(namespace)
    }

    /// Rejects callers without the permission, with the documented message.
    pub(crate) fn require(&self, permission: &str) -> Result<(), ApiError> {
        if self.may(permission) {
            return Ok(());
        }
        let message = format!("Client does not have required permission {permission}.");
        Err(ApiError::forbidden(message))
    }

    /// Rejects callers without access to the namespace of an object; `what` is its kind.
    pub(crate) fn require_namespace(
        &self,
        rules: &Rules,
        namespace: &str,
        what: &str,
    ) -> Result<(), ApiError> {
        if self.may_access(namespace) {
            Ok(())
        } else if rules.foreign_namespace_hidden {
            Err(ApiError::not_found(what))
        } else {
            let message = format!("Client does not have access to namespace {namespace}.");
            Err(ApiError::forbidden(message))
        }
    }
}
