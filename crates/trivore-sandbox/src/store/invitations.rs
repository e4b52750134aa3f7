//! What happens when an invited person follows the link.

use serde_json::json;

use super::invitation::Invitation;
use super::state::State;
use super::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, flag, text};

impl State {
    /// Creates the account of an invited person, whose address is thereby verified.
    ///
    /// The service shows a form, whose fields are not public. Here, the account gets a username
    /// according to the policy of the namespace, and no password.
    ///
    /// # Errors
    ///
    /// The invitation was used, has expired or is unknown, or the account cannot be created. The
    /// link works again in the last case.
    pub(crate) fn accept_invitation(&mut self, token: &str) -> Result<(), ApiError> {
        let now = self.clock.now();
        let is_good = |it: &&Invitation| it.expires > now && self.namespace(&it.ns_code).is_some();
        let invitation = self.invitations.get(token).filter(is_good).cloned();
        let Invitation { email, ns_code, groups, locale, .. } =
            invitation.ok_or_else(|| ApiError::not_found("Invitation"))?;
        let is_open = |id: &&String| {
            let group = self.groups.get(id);
            group.is_some_and(|group| !flag(group, "disallowUsers").unwrap_or(false))
        };
        let groups: Vec<&String> = groups.iter().filter(is_open).collect();
        let mut user = Document::new();
        user.insert("memberOf".to_owned(), json!(groups));
        user.insert("emails".to_owned(), json!([{"address": email, "verified": true}]));
        if let Some(locale) = locale {
            user.insert("locale".to_owned(), json!(locale));
            user.insert("preferredLanguage".to_owned(), json!(locale));
        }
        let namespace = self.namespace(&ns_code);
        if namespace.and_then(|it| text(it, "usernamePolicy")) == Some("MANUAL") {
            user.insert("username".to_owned(), email.to_lowercase().into());
        }
        self.seed_user(AddedBy::Invitation, &ns_code, user)?;
        self.invitations.remove(token);
        Ok(())
    }
}
