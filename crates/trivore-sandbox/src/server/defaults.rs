//! What a sandbox has without a seed: its clients, two namespaces and the operator.

use serde_json::{Value, json};

use crate::access::clients::{ApiClient, OidcClient};
use crate::store::state::State;
use crate::store::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::Document;

/// The clients of the settings, and whether there is an operator.
pub(crate) struct Defaults {
    pub(crate) api_client: ApiClient,
    pub(crate) oidc_client: OidcClient,
    pub(crate) has_operator: bool,
}

impl Defaults {
    /// Adds the clients, unless the state has them with the same secrets, and their redirect URIs.
    pub(crate) fn add_clients(&self, state: &mut State) {
        let Self { api_client, oidc_client, .. } = self;
        let known = state.api_clients.get(&api_client.id);
        if known.is_none_or(|known| known.secret != api_client.secret) {
            state.api_clients.insert(api_client.id.clone(), api_client.clone());
        }
        let known = state.oidc_clients.get(&oidc_client.id);
        match known.filter(|known| known.secret == oidc_client.secret) {
            None => state.oidc_clients.insert(oidc_client.id.clone(), oidc_client.clone()),
            Some(known) => {
                let mut known = known.clone();
                if known.add_uris(oidc_client) {
                    state.oidc_clients.insert(known.id.clone(), known);
                }
            }
        }
    }

    /// Adds the namespaces and the operator.
    pub(crate) fn add_objects(&self, state: &mut State) -> Result<(), ApiError> {
        state.add_namespace(object(json!({"code": NAMESPACE, "name": "Sandbox"})))?;
        if self.has_operator {
            state.add_namespace(object(json!({"code": OPERATORS, "name": "Operators"})))?;
            let id =
                state.seed_user(AddedBy::Seed, OPERATORS, object(json!({"username": OPERATOR})))?;
            let mut operator = state.account_mut(&id)?;
            operator.passwords.push(OPERATOR_PASSWORD.to_owned());
            operator.builtin_roles.insert("PORTAL_ADMIN".to_owned());
        }
        Ok(())
    }
}

fn object(value: Value) -> Document {
    match value {
        Value::Object(object) => object,
        _ => Document::new(),
    }
}

/// Code of the namespace that exists from the start.
pub(crate) const NAMESPACE: &str = "sandbox";
const OPERATORS: &str = "operators";
pub(crate) const OPERATOR: &str = "operator";
pub(crate) const OPERATOR_PASSWORD: &str = "Sandbox-Operator-9";
