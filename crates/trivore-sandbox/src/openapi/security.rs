//! How callers authenticate.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::endpoint::Endpoint;
use crate::oidc::discovery::SCOPES;
use crate::resources::endpoints::api_endpoints;
use crate::values::behavior_rules::Rules;

/// Returns the security schemes.
pub(super) fn schemes(url: &str, rules: &Rules) -> Value {
    let scopes = api_endpoints().filter_map(|endpoint| endpoint.scope);
    let scopes: BTreeMap<String, String> =
        scopes.map(|scope| (full_name(scope), format!("The short name is {scope}."))).collect();
    let token_url = format!("{url}/openid/token");
    let mut flows = json!({
        "authorizationCode": {
            "authorizationUrl": format!("{url}/openid/auth"),
            "tokenUrl": token_url,
            "refreshUrl": token_url,
            "scopes": scopes,
        },
        "password": {"tokenUrl": token_url, "scopes": scopes},
    });
    if rules.client_credentials_api {
        flows["clientCredentials"] = json!({"tokenUrl": token_url, "scopes": scopes});
    }
    let mut basic = "Identifier and secret of a Management API client.".to_owned();
    if rules.basic_user_names {
        basic.push_str(" Or name and password of a user, with the name as `name@nsCode`.");
    }
    json!({
        "basic": {"type": "http", "scheme": "basic", "description": basic},
        "oauth2": {
            "type": "oauth2",
            "description": "An access token in the header `Authorization: Bearer`. A token of a \
                            user also opens the operations on this user.",
            "flows": flows,
        },
    })
}

/// Returns the alternatives that a caller has for an operation.
pub(super) fn requirements(endpoint: &Endpoint, rules: &Rules) -> Value {
    let scopes: Vec<String> =
        endpoint.scope.filter(|_| rules.scopes_enforced).map(full_name).into_iter().collect();
    json!([{"basic": []}, {"oauth2": scopes}])
}

/// Returns a scope as tokens are requested with it.
pub(super) fn full_name(scope: &str) -> String {
    let full = format!("https://oneportal.trivore.com/scope/{scope}");
    if SCOPES.contains(&full.as_str()) { full } else { scope.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{SCOPES, api_endpoints, full_name};

    #[test]
    fn the_scopes_of_all_operations_are_announced() {
        for scope in api_endpoints().filter_map(|endpoint| endpoint.scope) {
            assert!(SCOPES.contains(&full_name(scope).as_str()), "{scope}");
        }
        assert_eq!(full_name("profile"), "profile");
    }
}
