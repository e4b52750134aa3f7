//! Sends the code that a user needs beside the password.

use std::time::Duration;

use crate::store::account::Account;
use crate::store::browser_sign_in::SecondFactor;
use crate::store::contact::ContactKind;
use crate::store::outbox::Message;
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::clock::after;
use crate::values::document::{Document, flag, list, text};

/// What happened to the code.
pub(super) enum Sent {
    /// The user needs none.
    NotNeeded,
    /// The user has nowhere to send it to.
    Nowhere,
    To(SecondFactor),
}

/// Sends a code, if the user has a second factor.
///
/// There is no authenticator app that could show a code, so users of TOTP get a message.
pub(super) fn send(state: &mut State, user_id: &str) -> Result<Sent, ApiError> {
    let account = state.account(user_id)?;
    let user = account.document();
    let (contacts, method): (&[ContactKind], _) = match text(&user, "mfaMethod") {
        Some("SMS") => (&[ContactKind::Mobile], "sms"),
        Some("EMAIL") => (&[ContactKind::Email], "otp"),
        Some("TOTP") => (&ContactKind::ALL, "otp"),
        _ => return Ok(Sent::NotNeeded),
    };
    let address = contacts.iter().find_map(|kind| Some((*kind, address(&user, *kind)?)));
    let Some((kind, to)) = address else { return Ok(Sent::Nowhere) };
    let id = Account::id(account).to_owned();
    let code = state.new_code()?;
    let factor = SecondFactor {
        user_id: id.clone(),
        code: code.clone(),
        expires: after(state.clock.now(), LIFETIME),
        attempts_left: ATTEMPTS,
        sent_to: hidden_in_part(&to),
        method: method.to_owned(),
    };
    let message = Message {
        time: state.now(),
        kind: kind.message_kind(),
        to,
        user_id: Some(id),
        subject: (kind == ContactKind::Email).then(|| "Your code".to_owned()),
        text: format!("Your code for signing in is {code}"),
        link: None,
        code: Some(code),
    };
    state.send(message, "send-sign-in-code");
    Ok(Sent::To(factor))
}

/// Returns an address or number, a verified one if there is any.
fn address(user: &Document, kind: ContactKind) -> Option<String> {
    let all = || list(user, kind.list()).iter().filter_map(|entry| entry.as_object());
    let verified = all().find(|entry| flag(entry, "verified") == Some(true));
    let entry = verified.or_else(|| all().next())?;
    text(entry, kind.value()).map(str::to_owned)
}

/// Returns the first two and the last three characters.
fn hidden_in_part(address: &str) -> String {
    let count = address.chars().count();
    let shown = |index: usize| count > 6 && (index < 2 || index + 3 >= count);
    address.chars().enumerate().map(|(index, c)| if shown(index) { c } else { '*' }).collect()
}

/// As for codes that verify a mobile number.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
const ATTEMPTS: u32 = 5;
