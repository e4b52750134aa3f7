//! Limits on verification messages: for each user, and for each address or number over all users.

use http::StatusCode;
use serde_json::Value;

use super::contact::ContactKind;
use super::sent_times::sent_to_key;
use super::state::State;
use crate::values::api_error::ApiError;

impl State {
    /// Counts a verification message against the limits for 24 hours.
    ///
    /// The policy `mobileVerificationAttemptsPerDay` of the user's namespace is the limit for the
    /// e-mails of a user, for the text messages of a user, and for all messages to an address or
    /// number. That it limits e-mails too is inferred: their limit has no public name.
    pub(crate) fn count_verification(
        &mut self,
        id: &str,
        contact: ContactKind,
        value: &str,
    ) -> Result<(), ApiError> {
        let now = self.clock.now();
        let limit = self
            .policy(self.account(id)?.namespace_code(), "mobileVerificationAttemptsPerDay")
            .and_then(Value::as_u64)
            .and_then(|limit| usize::try_from(limit).ok());
        let key = sent_to_key(contact, value);
        let mut to_contact = self.sent_to.get(&key).cloned().unwrap_or_default();
        let mut by_user = match contact {
            ContactKind::Email => self.account(id)?.emails_sent.clone(),
            ContactKind::Mobile => self.account(id)?.messages_sent.clone(),
        };
        to_contact.forget_old(now);
        by_user.forget_old(now);
        if limit.is_some_and(|limit| to_contact.0.len() >= limit || by_user.0.len() >= limit) {
            let status = if self.rules.sms_limit_is_429 {
                StatusCode::TOO_MANY_REQUESTS
            } else {
                StatusCode::BAD_REQUEST
            };
            return Err(ApiError::new(status, "Too many verification messages today."));
        }
        to_contact.0.push(now);
        by_user.0.push(now);
        self.sent_to.forget_old(|times| times.is_recent(now));
        self.sent_to.insert(key, to_contact);
        let mut account = self.account_mut(id)?;
        match contact {
            ContactKind::Email => account.emails_sent = by_user,
            ContactKind::Mobile => account.messages_sent = by_user,
        }
        Ok(())
    }
}
