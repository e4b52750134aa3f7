//! Endpoints for the profile, the data that users see and change themselves.

use serde_json::{Value, json};

use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::users as docs;
use crate::store::account::Account;
use crate::store::state::State;
use crate::store::user_document::{normalize, unify_language};
use crate::store::user_fields::USER;
use crate::store::users::AddedBy;
use crate::values::document::{self, Document, list, text};
use crate::values::field_types;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/profile", &docs::READ_PROFILE, read)
        .inferred(ACCOUNT_VIEW)
        .only_users()
        .scope("profile"),
    Endpoint::new(HttpMethod::Put, "/user/{userId}/profile", &docs::UPDATE_PROFILE, update)
        .records("user", "update-profile")
        .inferred(ACCOUNT_MODIFY)
        .scope("profile.update")
        .only_users(),
];

fn read(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(profile(state.account(call.user_id())?)))
}

/// Changes the user; addresses and numbers keep the details that are not in a profile.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let before = state.account(id)?.document();
    let mut body = call.object()?;
    body.retain(|key, _| WRITABLE.contains(&key.as_str()));
    field_types::check(&body, USER, &state.rules)?;
    keep_details(&mut body, &before, "emails", "address");
    keep_details(&mut body, &before, "mobiles", "number");
    unify_language(&mut body, &before);

    let mut rules = state.rules.clone();
    rules.put_replaces = false;
    let mut user = before.clone();
    document::put(&mut user, body, &[], &rules);
    normalize(state, &mut user, &before, AddedBy::Client)?;
    state.change_user("update-profile", id, |account| account.set_document(user))?;
    Ok(ApiResponse::ok(profile(state.account(id)?)))
}

fn profile(account: &Account) -> Document {
    let user = &account.document();
    let mut profile = Document::new();
    for key in WRITABLE {
        if let Some(value) = user.get(*key) {
            profile.insert((*key).to_owned(), value.clone());
        }
    }
    profile.remove("preferredLanguage");
    for (key, value) in [("emails", "address"), ("mobiles", "number")] {
        let items = list(user, key)
            .iter()
            .map(|item| json!({value: item.get(value), "verified": item.get("verified")}));
        profile.insert(key.to_owned(), items.collect::<Vec<Value>>().into());
    }
    let legal = account.legal.as_ref();
    let addresses = legal.map_or(&[][..], |legal| list(legal, "addresses"));
    profile.insert("legalAddresses".to_owned(), addresses.to_vec().into());
    let code = legal.and_then(|legal| legal.get("domicile")?.get("code")).cloned();
    if let Some(code) = code {
        profile.insert("legalDomicileCode".to_owned(), code);
    }
    if let Some(modified) = user.get("meta").and_then(|meta| meta.get("lastModified")) {
        profile.insert("lastModified".to_owned(), modified.clone());
    }
    profile
}

fn keep_details(body: &mut Document, before: &Document, field: &str, value: &str) {
    for item in document::objects_mut(body, field) {
        let mut known = list(before, field).iter().filter_map(Value::as_object);
        if let Some(old) = known.find(|old| text(old, value) == text(item, value)) {
            for (key, value) in old {
                item.entry(key).or_insert_with(|| value.clone());
            }
        }
    }
}

/// Fields that a profile and a user have in common and that users may change.
pub(crate) const WRITABLE: &[&str] = &[
    "addresses",
    "consents",
    "dateOfBirth",
    "domicileClasses",
    "domicileCode",
    "emails",
    "locale",
    "minor",
    "mobiles",
    "name",
    "nickName",
    "preferredLanguage",
    "screenName",
    "timeZone",
];
