//! The discovery document.

use serde_json::{Value, json};

use super::authorization_request::PROMPTS;
use crate::access::clients::SigningAlgorithm;

/// Returns the discovery document, with the URL of this server.
///
/// That of the service announces more: other algorithms, two more languages, logout by front and
/// back channel, and claims for which users have no field. Everything announced here works.
pub(super) fn document(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/openid/auth"),
        "token_endpoint": format!("{base}/openid/token"),
        "userinfo_endpoint": format!("{base}/openid/userinfo"),
        "jwks_uri": format!("{base}/openid/jwks.json"),
        "introspection_endpoint": format!("{base}/openid/introspect"),
        "end_session_endpoint": format!("{base}/openid/logout"),
        "scopes_supported": SCOPES,
        "response_types_supported": [
            "code", "code id_token", "code id_token token", "code token", "id_token",
            "id_token token", "token id_token",
        ],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "implicit", "password", "client_credentials",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::name),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": PROMPTS,
        "authorization_response_iss_parameter_supported": true,
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "address", "birthdate", "email", "email_verified", "family_name", "gender",
            "given_name", "https://oneportal.trivore.com/claims/active_external_permissions",
            "https://oneportal.trivore.com/claims/consents",
            "https://oneportal.trivore.com/claims/groups",
            "https://oneportal.trivore.com/claims/legal_locality",
            "https://oneportal.trivore.com/claims/legal_names",
            "https://oneportal.trivore.com/claims/minor",
            "https://oneportal.trivore.com/claims/namespace",
            "https://oneportal.trivore.com/claims/strong_identification",
            "https://oneportal.trivore.com/claims/tags",
            "locale", "middle_name", "name", "nickname", "phone_number", "phone_number_verified",
            "preferred_username", "sub", "updated_at", "website", "zoneinfo",
        ],
        "service_documentation": "https://redirect.trivore.com/TIS-OpenId-Connect-Doc",
        "ui_locales_supported": ["en"],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "frontchannel_logout_supported": false,
        "backchannel_logout_supported": false,
    })
}

/// Scopes that the sandbox knows; tokens may have others.
pub(crate) const SCOPES: &[&str] = &[
    "address",
    "email",
    "externalpermissions.grant",
    "externalpermissions.query",
    "offline_access",
    "openid",
    "phone",
    "profile",
    "https://oneportal.trivore.com/claims/strong_identification",
    "https://oneportal.trivore.com/scope/accessrights",
    "https://oneportal.trivore.com/scope/accessrights.readonly",
    "https://oneportal.trivore.com/scope/consent.readonly",
    "https://oneportal.trivore.com/scope/email.verify",
    "https://oneportal.trivore.com/scope/groups",
    "https://oneportal.trivore.com/scope/groups.readonly",
    "https://oneportal.trivore.com/scope/legalinfo.readonly",
    "https://oneportal.trivore.com/scope/namespace",
    "https://oneportal.trivore.com/scope/namespace.readonly",
    "https://oneportal.trivore.com/scope/password",
    "https://oneportal.trivore.com/scope/profile.update",
    "https://oneportal.trivore.com/scope/sms.verify",
    "https://oneportal.trivore.com/scope/studentinfo.readonly",
    "https://oneportal.trivore.com/scope/user.custom.fields",
    "https://oneportal.trivore.com/scope/user.custom.fields.readonly",
    "https://oneportal.trivore.com/scope/user.invite",
    "https://oneportal.trivore.com/scope/users",
    "https://oneportal.trivore.com/scope/users.readonly",
];
