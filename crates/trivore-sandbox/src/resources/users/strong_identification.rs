//! Endpoints for strong identification: the latest one, the history, and reports.

use serde_json::json;

use super::view::censored;
use crate::access::caller::CallerId;
use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_nulls, text};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/strongidentification", &docs::READ_IDENTIFICATION, latest)
        .inferred(ACCOUNT_VIEW)
        .scope("users.readonly"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/strongidentification",
        &docs::REPORT_IDENTIFICATION,
        report,
    )
    .records("user", "report-strong-identification")
    .inferred(ACCOUNT_MODIFY)
    .self_needs_permission()
    .scope("users"),
    Endpoint::get(
        "/user/{userId}/strongidentification/history",
        &docs::LIST_IDENTIFICATIONS,
        history,
    )
    .inferred(ACCOUNT_VIEW)
    .scope("users.readonly"),
    Endpoint::get(
        "/user/{userId}/strongidentification/history/{entryId}",
        &docs::READ_IDENTIFICATION_ENTRY,
        entry,
    )
    .inferred(ACCOUNT_VIEW)
    .scope("users.readonly"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/strongidentification/interactive",
        &docs::START_IDENTIFICATION,
        start,
    )
    .records("user", "start-strong-identification")
    .inferred(ACCOUNT_VIEW),
];

fn latest(state: &State, call: &Call) -> ApiResult {
    match state.account(call.user_id())?.identifications.last() {
        Some(latest) => Ok(ApiResponse::ok(censored(latest, &call.caller))),
        None if state.rules.strong_identification_missing_is_404 => {
            Err(ApiError::not_found("Strong identification"))
        }
        None => Ok(ApiResponse::ok(json!({"identified": false}))),
    }
}

/// Adds an identification, with the count so far and the time of the first one.
fn report(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    state.account(id)?;
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    if text(&body, "personalId").is_none_or(str::is_empty) {
        return Err(ApiError::bad_request("Field \"personalId\" is required."));
    }
    let entry_id = state.next_id();
    let now = state.now();
    let identifier = match &call.caller.id {
        CallerId::Client(id) => id.clone(),
        CallerId::User(id) => state.account(id)?.username().to_owned(),
    };
    let entry = state.change_user("report-strong-identification", id, |account| {
        let first = account.identifications.first().and_then(|first| text(first, "time"));
        let mut entry = Document::new();
        for (key, value) in [
            ("id", json!(entry_id)),
            ("identified", json!(true)),
            ("method", json!("USER_API")),
            ("personalId", body.get("personalId").cloned().unwrap_or_default()),
            ("remarks", body.get("remarks").cloned().unwrap_or_default()),
            ("identifier", json!(identifier)),
            ("time", json!(now)),
            ("firstTime", json!(first.unwrap_or(&now))),
            ("count", json!(account.identifications.len() + 1)),
        ] {
            entry.insert(key.to_owned(), value);
        }
        drop_nulls(&mut entry);
        account.identifications.push(entry.clone());
        entry
    })?;
    Ok(ApiResponse::ok(censored(&entry, &call.caller)))
}

fn history(state: &State, call: &Call) -> ApiResult {
    let entries = state.account(call.user_id())?.identifications.iter();
    let shown: Vec<_> = entries.map(|entry| censored(entry, &call.caller)).collect();
    listing::page(shown.iter(), &call.request.query, &state.rules, |entry| entry.clone().into())
}

fn entry(state: &State, call: &Call) -> ApiResult {
    let mut entries = state.account(call.user_id())?.identifications.iter();
    let wanted = call.parameter("entryId");
    let entry = entries.find(|entry| text(entry, "id") == Some(wanted));
    let entry = entry.ok_or_else(|| ApiError::not_found("Strong identification"))?;
    Ok(ApiResponse::ok(censored(entry, &call.caller)))
}

/// Returns a URL for the browser, which nothing serves.
///
/// The names of the members are inferred; those of the request are parameters of the predecessor.
fn start(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    state.account(id)?;
    let body = call.object()?;
    for name in ["successRedirectUri", "failureRedirectUri"] {
        if !text(&body, name).is_some_and(is_url) {
            return Err(ApiError::bad_request(format!("Field \"{name}\" must be a URL.")));
        }
    }
    let url = format!("{}/strongidentification/{}", state.url, state.random.token()?);
    state.change_user("start-strong-identification", id, |_| ())?;
    Ok(ApiResponse::ok(json!({"url": url})))
}

/// Returns whether a text is a URL, as [`URL_PATTERN`] says.
fn is_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    };
    text.split_once("://").is_some_and(|(scheme, rest)| {
        is_scheme(scheme) && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// The same as a regular expression, for the OpenAPI document.
pub(crate) const URL_PATTERN: &str = "^[A-Za-z][A-Za-z0-9+.-]*://[!-~]+$";

pub(crate) const FIELDS: Fields = &[("personalId", FieldType::Text), ("remarks", FieldType::Text)];
