//! Endpoints for the verification of e-mail addresses and mobile numbers.

use std::time::Duration;

use http::StatusCode;

use crate::access::permissions::ACCOUNT_MODIFY;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::verification as docs;
use crate::store::account::PendingCode;
use crate::store::contact::ContactKind;
use crate::store::outbox::{Message, MessageKind};
use crate::store::state::State;
use crate::store::verification_links::Link;
use crate::values::api_error::ApiError;
use crate::values::clock::{after, days_after};
use crate::values::document::{Document, list, text};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(HttpMethod::Post, "/user/{userId}/email/verify", &docs::SEND_EMAIL, send_email)
        .records("message", "send-verification-link")
        .inferred(ACCOUNT_MODIFY)
        .scope("email.verify"),
    Endpoint::new(HttpMethod::Post, "/user/{userId}/sms/verify/send", &docs::SEND_CODE, send_code)
        .records("message", "send-verification-code")
        .inferred(ACCOUNT_MODIFY)
        .scope("sms.verify"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/sms/verify/check/{code}",
        &docs::CHECK_CODE,
        check_code,
    )
    .records("user", "verify")
    .inferred(ACCOUNT_MODIFY)
    .scope("sms.verify"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/sms/verify/sendLink",
        &docs::SEND_SMS_LINK,
        send_sms_link,
    )
    .records("message", "send-verification-link")
    .inferred(ACCOUNT_MODIFY)
    .scope("sms.verify"),
];

fn send_email(state: &mut State, call: &Call) -> ApiResult {
    send_link(state, call, ContactKind::Email)
}

fn send_sms_link(state: &mut State, call: &Call) -> ApiResult {
    send_link(state, call, ContactKind::Mobile)
}

fn send_link(state: &mut State, call: &Call, contact: ContactKind) -> ApiResult {
    let id = call.user_id();
    let mut body = if call.request.body.is_empty() { Document::new() } else { call.object()? };
    field_types::check(&body, FIELDS, &state.rules)?;
    field_types::rewrite_integers(&mut body, FIELDS);
    let value = find(state, id, contact, text(&body, "value"))?;
    let days = match body.get("expirationDays").filter(|days| !days.is_null()) {
        Some(days) => days.as_u64().filter(|days| *days > 0).ok_or_else(|| {
            ApiError::bad_request("Field \"expirationDays\" must be greater than 0.")
        })?,
        None => state.link_days(state.account(id)?.namespace_code()),
    };
    let return_url = return_url(&body)?;
    state.count_verification(id, contact, &value)?;
    let now = state.clock.now();
    let link = add_link(
        state,
        Link {
            contact,
            user_id: id.to_owned(),
            value: value.clone(),
            return_url,
            expires: days_after(now, days),
        },
    )?;
    let message = Message {
        time: state.now(),
        kind: contact.message_kind(),
        to: value,
        user_id: Some(id.to_owned()),
        subject: (contact == ContactKind::Email).then(|| "Verify your e-mail address".to_owned()),
        text: format!("Follow this link to verify that this is yours: {link}"),
        link: Some(link),
        code: None,
    };
    state.send(message, "send-verification-link");
    Ok(ApiResponse::no_content())
}

/// Reads where a link leads to, which becomes a header; it must be as [`RETURN_URL_PATTERN`] says.
fn return_url(body: &Document) -> Result<Option<String>, ApiError> {
    let url = text(body, "returnURL").filter(|url| !url.is_empty());
    if url.is_some_and(|url| !url.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(ApiError::bad_request("Field \"returnURL\" must be a URL."));
    }
    Ok(url.map(str::to_owned))
}

/// Creates a link and returns its URL.
fn add_link(state: &mut State, link: Link) -> Result<String, ApiError> {
    let token = state.random.token()?;
    let address = format!("{}/verify/{}/{token}", state.url, link.contact.path());
    let now = state.clock.now();
    state.links.forget_old(|link| link.expires > now);
    state.links.insert(token, link);
    Ok(address)
}

/// Sends a code, which replaces a pending one.
fn send_code(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let mobile = find(state, id, ContactKind::Mobile, call.request.query.get("mobile"))?;
    state.count_verification(id, ContactKind::Mobile, &mobile)?;
    let code = state.new_code()?;
    let expires = after(state.clock.now(), CODE_LIFETIME);
    state.account_mut(id)?.code =
        Some(PendingCode { code: code.clone(), mobile: mobile.clone(), expires });
    let message = Message {
        time: state.now(),
        kind: MessageKind::Sms,
        to: mobile,
        user_id: Some(id.to_owned()),
        subject: None,
        text: format!("Your verification code is {code}"),
        link: None,
        code: Some(code),
    };
    state.send(message, "send-verification-code");
    Ok(ApiResponse::no_content())
}

/// Checks a code, which works once.
fn check_code(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let now = state.clock.now();
    let consumes = state.rules.wrong_code_consumes;
    let wrong = || {
        let message = "Verification code is wrong or has expired.";
        ApiError::new(StatusCode::NOT_FOUND, message)
    };
    let mut account = state.account_mut(id)?;
    let pending = account.code.take().filter(|pending| pending.expires > now).ok_or_else(wrong)?;
    if pending.code != call.parameter("code") {
        if !consumes {
            account.code = Some(pending);
        }
        return Err(wrong());
    }
    drop(account);
    state.mark_verified(id, ContactKind::Mobile, &pending.mobile)?;
    Ok(ApiResponse::empty())
}

/// Finds the requested address or number of a user, or the primary one.
fn find(
    state: &State,
    id: &str,
    contact: ContactKind,
    wanted: Option<&str>,
) -> Result<String, ApiError> {
    let user = state.account(id)?.document();
    let items = list(&user, contact.list());
    let mut values = items.iter().filter_map(|item| item.get(contact.value())?.as_str());
    let found = match wanted {
        Some(wanted) => values.find(|value| *value == wanted),
        None => values.next(),
    };
    found.map(str::to_owned).ok_or_else(|| {
        let what = if contact == ContactKind::Email { "e-mail address" } else { "mobile number" };
        let whose = if wanted.is_some() { "such" } else { "primary" };
        ApiError::bad_request(format!("User has no {whose} {what}."))
    })
}

pub(crate) const FIELDS: Fields = &[
    ("value", FieldType::Text),
    ("returnURL", FieldType::Text),
    ("expirationDays", FieldType::Number),
    ("emailTemplateId", FieldType::Text),
    ("emailTemplateProperties", FieldType::Map),
];

/// What is accepted as an address to return to, for the OpenAPI document.
pub(crate) const RETURN_URL_PATTERN: &str = "^[!-~]*$";

/// Lifetime of a code (inferred).
const CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);
