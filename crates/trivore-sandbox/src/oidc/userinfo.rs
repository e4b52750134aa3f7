//! Claims about the user of a token.

use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::store::account::Account;
use crate::store::state::State;
use crate::store::tokens::Subject;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_nulls, list, text, texts};

/// Returns the claims for the token's scopes; without scopes, all claims.
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
    let account = state.account(id).ok().ok_or_else(invalid)?;

    let mut claims = Document::new();
    add(&mut claims, subject(account));
    let opens = |names: &[&str]| {
        grant.scopes.is_empty()
            || grant
                .scopes
                .iter()
                .any(|scope| names.contains(&scope.rsplit('/').next().unwrap_or(scope)))
    };
    let parts: [ClaimsPart; 7] = [
        (&["profile"], profile),
        (&["email"], email),
        (&["phone"], phone),
        (&["address"], address),
        (&["groups", "groups.readonly"], groups),
        (&["consent", "consent.readonly"], consents),
        (&["legalinfo.readonly"], legal),
    ];
    for (scopes, part) in parts {
        if opens(scopes) {
            add(&mut claims, part(state, account));
        }
    }
    drop_nulls(&mut claims);
    Ok(claims)
}

fn add(claims: &mut Document, part: Value) {
    if let Value::Object(part) = part {
        claims.extend(part);
    }
}

/// Scopes, and the claims to which they give access.
type ClaimsPart = (&'static [&'static str], fn(&State, &Account) -> Value);

/// Returns the claims that every token gives access to.
fn subject(account: &Account) -> Value {
    let user = account.document();
    let updated = user.get("meta").and_then(|meta| meta.get("lastModified")?.as_str());
    let updated = updated.and_then(|time| time.parse::<Timestamp>().ok());
    let mut identification = json!({"identified": !account.identifications.is_empty()});
    if let (Some(block), Some(latest)) =
        (identification.as_object_mut(), account.identifications.last())
    {
        for key in ["time", "method"] {
            block.insert(key.to_owned(), latest.get(key).cloned().unwrap_or_default());
        }
    }
    json!({
        "sub": account.id(),
        "updated_at": updated.map(Timestamp::as_second),
        "https://oneportal.trivore.com/claims/namespace": account.namespace_code(),
        "https://oneportal.trivore.com/claims/minor": user.get("minor"),
        "https://oneportal.trivore.com/claims/tags": texts(&user, "tags"),
        "https://oneportal.trivore.com/claims/strong_identification": identification,
        "https://oneportal.trivore.com/claims/active_external_permissions":
            {"active": account.external_permissions},
    })
}

fn profile(_: &State, account: &Account) -> Value {
    let user = &account.document();
    let name = |key| user.get("name").and_then(|name| name.get(key)?.as_str());
    let names = ["givenName", "middleName", "familyName"].into_iter().filter_map(name);
    let full = names.collect::<Vec<_>>().join(" ");
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
    })
}

fn email(_: &State, account: &Account) -> Value {
    let user = account.document();
    let Some(email) = list(&user, "emails").first() else { return Value::Null };
    json!({"email": email.get("address"), "email_verified": email.get("verified")})
}

fn phone(_: &State, account: &Account) -> Value {
    let user = account.document();
    let Some(mobile) = list(&user, "mobiles").first() else { return Value::Null };
    json!({"phone_number": mobile.get("number"), "phone_number_verified": mobile.get("verified")})
}

fn address(_: &State, account: &Account) -> Value {
    let user = account.document();
    let Some(address) = list(&user, "addresses").first() else { return Value::Null };
    json!({"address": {
        "country": address.get("country"),
        "locality": address.get("locality"),
        "region": address.get("region"),
        "postal_code": address.get("postalCode"),
        "street_address": address.get("streetAddress"),
    }})
}

fn groups(state: &State, account: &Account) -> Value {
    let user = account.document();
    let ids = texts(&user, "memberOf").into_iter();
    let names = ids.filter_map(|id| text(state.groups.get(id)?, "name"));
    json!({"https://oneportal.trivore.com/claims/groups": names.collect::<Vec<_>>()})
}

fn consents(_: &State, account: &Account) -> Value {
    json!({"https://oneportal.trivore.com/claims/consents": account.document().get("consents")})
}

fn legal(_: &State, account: &Account) -> Value {
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
