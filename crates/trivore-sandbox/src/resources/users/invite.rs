//! Endpoint for invitations.

use std::collections::BTreeSet;

use serde_json::json;

use crate::access::permissions::ACCOUNT_INVITE;
use crate::api::authorization::check_joining;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::users as docs;
use crate::store::contact::is_email;
use crate::store::invitation::Invitation;
use crate::store::outbox::{Message, MessageKind};
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::clock::days_after;
use crate::values::document::{text, texts};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::new(HttpMethod::Post, "/invite/user", &docs::INVITE, invite)
        .records("message", "invite")
        .inferred(ACCOUNT_INVITE)
        .scope("user.invite")];

/// Sends one e-mail to each invitee, and makes the groups that do not exist.
///
/// The link in the e-mail creates the account.
/// The response is `{}`, because its body is not documented.
fn invite(state: &mut State, call: &Call) -> ApiResult {
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    let emails = texts(&body, "emails");
    if emails.is_empty() {
        return Err(ApiError::bad_request("Field \"emails\" must not be empty."));
    }
    if let Some(index) = emails.iter().position(|email| !is_email(email)) {
        let message = format!("Field \"emails[{index}]\" is not an e-mail address.");
        return Err(ApiError::bad_request(message));
    }
    let code = state.named_namespace(&call.caller, text(&body, "nsCode"))?;
    let groups = texts(&body, "groups");
    check_joining(state, &call.caller, &state.known_groups(&code, &groups))?;
    let groups = state.resolve_groups(&code, &groups, &[])?;
    let locale = text(&body, "locale");
    let subject = text(&body, "subject").unwrap_or("Invitation");
    let own_text = text(&body, "bodyText").unwrap_or("You are invited.");
    let expires = days_after(state.clock.now(), state.link_days(&code));
    let mut invited = BTreeSet::new();
    for email in emails.into_iter().filter(|email| invited.insert(email.to_lowercase())) {
        let token = state.random.token()?;
        let link = format!("{}/invitation/{token}", state.url);
        let invitation = Invitation {
            email: email.to_owned(),
            ns_code: code.clone(),
            groups: groups.clone(),
            locale: locale.map(str::to_owned),
            expires,
        };
        let now = state.clock.now();
        state.invitations.forget_old(|invitation| invitation.expires > now);
        state.invitations.insert(token, invitation);
        let language = locale.unwrap_or("en");
        let message = Message {
            time: state.now(),
            kind: MessageKind::Email,
            to: email.to_owned(),
            user_id: None,
            subject: Some(subject.to_owned()),
            text: format!("{own_text}\n\n{link}\n(namespace {code}, language {language})"),
            link: Some(link),
            code: None,
        };
        state.send(message, "invite");
    }
    Ok(ApiResponse::ok(json!({})))
}

pub(crate) const FIELDS: Fields = &[
    ("emails", FieldType::Texts),
    ("nsCode", FieldType::Text),
    ("groups", FieldType::Texts),
    ("subject", FieldType::Text),
    ("bodyText", FieldType::Text),
    ("locale", FieldType::Text),
];
