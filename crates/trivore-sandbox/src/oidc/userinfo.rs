//! Claims about the user of a token.

use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::store::account::Account;
use crate::store::state::State;
use crate::store::tokens::{Grant, Subject};
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_nulls, list, text, texts};

/// Returns the claims to which the token gives access.
pub(super) fn claims(state: &State, headers: &HeaderMap) -> Result<Document, ApiError> {
    let invalid = || ApiError::unauthorized("Access token is invalid or has expired.");
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.and_then(|header| header.split_once(' ')).ok_or_else(invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(invalid());
    }
    let grant = state.tokens.access(token.trim(), state.clock.now()).ok_or_else(invalid)?;
    let Subject::User(id) = &grant.subject else {
        return Err(ApiError::forbidden("This token does not belong to a user."));
    };
    let account = state.account(id).ok().filter(|account| !account.is_deleted());
    let account = account.ok_or_else(invalid)?;
    Ok(of_user(state, account, grant, &grant.claims, true))
}

/// Returns the claims of a user that were requested by name and, if `by_scope`, those to which the
/// scopes of a grant give access.
pub(super) fn of_user(
    state: &State,
    account: &Account,
    grant: &Grant,
    requested: &[String],
    by_scope: bool,
) -> Document {
    let granted: &[String] = if by_scope { &grant.scopes } else { &[] };
    let mut claims = Document::new();
    let user = account.document();
    for (scopes, part) in PARTS {
        let Value::Object(part) = part(state, account, &user) else { continue };
        let is_open = scopes.is_empty() || granted.iter().any(|it| is_scope(it, scopes));
        let is_granted = |name: &String| {
            is_open || requested.contains(name) || granted.contains(name) && is_own(name)
        };
        claims.extend(part.into_iter().filter(|(name, _)| is_granted(name)));
    }
    drop_nulls(&mut claims);
    claims
}

/// Returns whether a scope of a token is one of these, with or without the service's prefix.
fn is_scope(scope: &str, names: &[&str]) -> bool {
    names.contains(&scope.strip_prefix("https://oneportal.trivore.com/scope/").unwrap_or(scope))
}

/// Returns whether a claim is one of the service's own, whose name can be a scope.
fn is_own(claim: &str) -> bool {
    claim.starts_with("https://oneportal.trivore.com/claims/")
}

/// Scopes, each of which gives access to some claims. Every token has access to the first ones.
///
/// A claim is also granted if it is requested by name, in the parameter `claims`.
const PARTS: [ClaimsPart; 10] = [
    (&[], subject),
    (&["profile"], profile),
    (&["email"], email),
    (&["phone"], phone),
    (&["address"], address),
    (&["groups", "groups.readonly"], groups),
    (&["consent", "consent.readonly"], consents),
    (&["legalinfo.readonly"], legal),
    (&["externalpermissions.query"], external_permissions),
    (&["strong_identification"], strong_identification),
];

/// Scopes, and the claims to which they give access.
type ClaimsPart = (&'static [&'static str], fn(&State, &Account, &Document) -> Value);

fn subject(_: &State, account: &Account, _: &Document) -> Value {
    json!({
        "sub": account.id(),
        "https://oneportal.trivore.com/claims/namespace": account.namespace_code(),
    })
}

fn external_permissions(_: &State, account: &Account, _: &Document) -> Value {
    json!({
        "https://oneportal.trivore.com/claims/active_external_permissions":
            {"active": account.external_permissions},
    })
}

fn strong_identification(_: &State, account: &Account, _: &Document) -> Value {
    let mut identification = json!({"identified": !account.identifications.is_empty()});
    if let (Some(block), Some(latest)) =
        (identification.as_object_mut(), account.identifications.last())
    {
        for key in ["time", "method"] {
            block.insert(key.to_owned(), latest.get(key).cloned().unwrap_or_default());
        }
    }
    json!({"https://oneportal.trivore.com/claims/strong_identification": identification})
}

fn profile(_: &State, account: &Account, user: &Document) -> Value {
    let name = |key| user.get("name").and_then(|name| name.get(key)?.as_str());
    let names = ["givenName", "middleName", "familyName"].into_iter().filter_map(name);
    let full = names.collect::<Vec<_>>().join(" ");
    let updated = user.get("meta").and_then(|meta| meta.get("lastModified")?.as_str());
    let updated = updated.and_then(|time| time.parse::<Timestamp>().ok());
    json!({
        "preferred_username": account.username(),
        "name": (!full.is_empty()).then_some(full),
        "given_name": name("givenName"),
        "middle_name": name("middleName"),
        "family_name": name("familyName"),
        "nickname": user.get("nickName"),
        "locale": user.get("locale"),
        "zoneinfo": user.get("timeZone"),
        "birthdate": user.get("dateOfBirth"),
        "gender": user.get("gender"),
        "website": user.get("websiteMain"),
        "updated_at": updated.map(Timestamp::as_second),
        "https://oneportal.trivore.com/claims/minor": user.get("minor"),
        "https://oneportal.trivore.com/claims/tags": texts(user, "tags"),
    })
}

fn email(_: &State, _: &Account, user: &Document) -> Value {
    let Some(email) = list(user, "emails").first() else { return Value::Null };
    json!({"email": email.get("address"), "email_verified": email.get("verified")})
}

fn phone(_: &State, _: &Account, user: &Document) -> Value {
    let Some(mobile) = list(user, "mobiles").first() else { return Value::Null };
    json!({"phone_number": mobile.get("number"), "phone_number_verified": mobile.get("verified")})
}

fn address(_: &State, _: &Account, user: &Document) -> Value {
    let Some(address) = list(user, "addresses").first() else { return Value::Null };
    json!({"address": {
        "country": address.get("country"),
        "locality": address.get("locality"),
        "region": address.get("region"),
        "postal_code": address.get("postalCode"),
        "street_address": address.get("streetAddress"),
    }})
}

fn groups(state: &State, _: &Account, user: &Document) -> Value {
    let ids = texts(user, "memberOf").into_iter();
    let names = ids.filter_map(|id| text(state.groups.get(id)?, "name"));
    json!({"https://oneportal.trivore.com/claims/groups": names.collect::<Vec<_>>()})
}

fn consents(_: &State, _: &Account, user: &Document) -> Value {
    json!({"https://oneportal.trivore.com/claims/consents": user.get("consents")})
}

fn legal(_: &State, account: &Account, _: &Document) -> Value {
    let Some(legal) = &account.legal else { return Value::Null };
    json!({
        "https://oneportal.trivore.com/claims/legal_locality": legal.get("domicile"),
        "https://oneportal.trivore.com/claims/legal_names": {
            "calling_name": legal.get("callingName"),
            "first_names": legal.get("firstNames"),
            "last_name": legal.get("lastName"),
        },
    })
}
