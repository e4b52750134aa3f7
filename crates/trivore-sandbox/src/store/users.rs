//! Finds users in the state, adds and removes them.

use serde_json::{Value, json};

use super::account::{Account, AccountDetails};
use super::contact::ContactKind;
use super::state::{State, touch};
use super::user_document::{normalize, read_aliases};
use super::user_index::IndexedField;
use super::user_table::AccountEdit;
use super::usernames;
use crate::values::api_error::ApiError;
use crate::values::document::{
    Document, drop_filter_names, drop_nulls, flag, list, objects_mut, text, texts,
};

impl State {
    /// Finds a user by its identifier.
    pub(crate) fn account(&self, id: &str) -> Result<&Account, ApiError> {
        let account = self.users.get(id).ok_or_else(|| ApiError::not_found("User"))?;
        if account.is_deleted() && self.hides_deleted(account.namespace_code()) {
            return Err(ApiError::not_found("User"));
        }
        Ok(account)
    }

    /// Finds a user by its identifier, to change it.
    pub(crate) fn account_mut(&mut self, id: &str) -> Result<AccountEdit<'_>, ApiError> {
        self.account(id)?;
        self.users.edit(id).ok_or_else(|| ApiError::not_found("User"))
    }

    /// Adds a user to the namespace `code`.
    pub(crate) fn add_user(&mut self, code: &str, user: Document) -> Result<String, ApiError> {
        self.add_user_from(AddedBy::Client, code, user, AccountDetails::default())
    }

    /// Adds a user that may have what no client can set.
    pub(crate) fn seed_user(
        &mut self,
        by: AddedBy,
        code: &str,
        mut user: Document,
    ) -> Result<String, ApiError> {
        read_aliases(self, &mut user)?;
        let identifications = take_identification(&mut user).into_iter().collect();
        let details = AccountDetails { identifications, ..AccountDetails::default() };
        self.add_user_from(by, code, user, details)
    }

    fn add_user_from(
        &mut self,
        by: AddedBy,
        code: &str,
        user: Document,
        details: AccountDetails,
    ) -> Result<String, ApiError> {
        let user = self.prepare_user(by, code, user, &Document::new())?;
        let id = self.next_id();
        self.insert_account(user, details, &id);
        self.record("user", "create", &id);
        Ok(id)
    }

    /// Completes the document of a new user: defaults, username, group identifiers.
    ///
    /// `before` is the document of the user that the new one replaces, or empty.
    pub(crate) fn prepare_user(
        &mut self,
        by: AddedBy,
        code: &str,
        mut user: Document,
        before: &Document,
    ) -> Result<Document, ApiError> {
        // A field that is `null` gets its default, like a missing field.
        drop_nulls(&mut user);
        drop_filter_names(&mut user);
        user.insert("nsCode".to_owned(), code.into());
        user.entry("userAccountType").or_insert(json!("PERSON"));
        user.entry("locked").or_insert(json!(false));
        normalize(self, &mut user, before, by)?;
        let username = self.choose_username(by, code, &user)?;
        user.insert("username".to_owned(), username.into());
        self.set_groups(code, &mut user, before)?;
        Ok(user)
    }

    /// Stores a new account under an identifier.
    pub(crate) fn insert_account(
        &mut self,
        mut document: Document,
        details: AccountDetails,
        id: &str,
    ) {
        document.insert("id".to_owned(), id.into());
        document.insert("meta".to_owned(), self.new_meta("user", id));
        self.users.insert(id, &document, details);
    }

    /// Deletes a user completely, and returns whether it existed.
    pub(crate) fn remove_user(&mut self, id: &str) -> bool {
        if self.users.remove(id).is_none() {
            return false;
        }
        self.record("user", "delete", id);
        true
    }

    /// Finds a user by username in a namespace, case-insensitively.
    pub(crate) fn user_named(&self, code: &str, username: &str) -> Option<&str> {
        self.users.find_in(IndexedField::Username, username, code).map(Account::id).next()
    }

    /// Rejects usernames that clients may not choose or that are taken.
    pub(crate) fn check_username(&self, code: &str, username: &str) -> Result<(), ApiError> {
        if self.rules.client_username_refused && self.username_policy(code) != "MANUAL" {
            let message = "Field \"username\": this namespace generates usernames.";
            return Err(ApiError::bad_request(message));
        }
        self.refuse_taken(code, username)
    }

    /// Replaces group names in `memberOf` with identifiers; `before` is the stored user, or empty.
    pub(crate) fn set_groups(
        &mut self,
        code: &str,
        user: &mut Document,
        before: &Document,
    ) -> Result<(), ApiError> {
        let ids =
            self.resolve_groups(code, &texts(user, "memberOf"), &texts(before, "memberOf"))?;
        user.insert("memberOf".to_owned(), ids.into());
        Ok(())
    }

    /// Returns whether lists include a user.
    pub(crate) fn is_listed(&self, account: &Account) -> bool {
        !account.is_deleted() || self.account(account.id()).is_ok()
    }

    /// Marks an address or number of a user as verified.
    pub(crate) fn mark_verified(
        &mut self,
        id: &str,
        contact: ContactKind,
        value: &str,
    ) -> Result<(), ApiError> {
        let now = self.now();
        let account = self.account(id)?;
        let by = account.username().to_owned();
        let policy = self.policy(account.namespace_code(), "emailVerificationUnlocksUser");
        let unlocks = policy.and_then(Value::as_bool) == Some(true);
        let mut account = self.account_mut(id)?;
        let mut items = objects_mut(account.document_mut(), contact.list());
        let item = items
            .find(|item| text(item, contact.value()) == Some(value))
            .ok_or_else(|| ApiError::not_found("Address or number"))?;
        item.insert("verified".to_owned(), json!(true));
        if contact == ContactKind::Email {
            item.insert("verifiedBy".to_owned(), by.into());
            item.insert("verifiedDateTime".to_owned(), now.clone().into());
        }
        drop(items);
        if contact == ContactKind::Email && unlocks {
            account.forget_incorrect_passwords();
            account.document_mut().insert("locked".to_owned(), json!(false));
        }
        touch(account.document_mut(), now);
        drop(account);
        self.record("user", "verify", id);
        Ok(())
    }

    fn hides_deleted(&self, code: &str) -> bool {
        self.policy(code, "hideOnSoftDelete").and_then(Value::as_bool).unwrap_or(true)
    }

    fn choose_username(
        &self,
        by: AddedBy,
        code: &str,
        user: &Document,
    ) -> Result<String, ApiError> {
        if let Some(username) = text(user, "username").filter(|name| !name.is_empty()) {
            match by {
                AddedBy::Client => self.check_username(code, username)?,
                AddedBy::Invitation | AddedBy::Seed => self.refuse_taken(code, username)?,
            }
            return Ok(username.to_owned());
        }
        let required = || ApiError::bad_request("Field \"username\" is required.");
        let mut policy = self.username_policy(code);
        let is_required = self.rules.username_required && by != AddedBy::Invitation;
        if is_required || policy == "MANUAL" {
            return Err(required());
        }
        if policy == "EMAIL" {
            if !list(user, "emails").is_empty() {
                let username =
                    usernames::generate(policy, user, &self.random)?.ok_or_else(required)?;
                self.refuse_taken(code, &username)?;
                return Ok(username);
            }
            if self.rules.email_policy_needs_email {
                let message = "Field \"emails\" is required: the first address is the username.";
                return Err(ApiError::bad_request(message));
            }
            policy = "EIGHT_NUMBERS";
        }
        for _ in 0..MAX_ATTEMPTS {
            let username = usernames::generate(policy, user, &self.random)?.ok_or_else(required)?;
            if self.user_named(code, &username).is_none() {
                return Ok(username);
            }
        }
        Err(ApiError::conflict("The namespace has no free username left."))
    }

    fn refuse_taken(&self, code: &str, username: &str) -> Result<(), ApiError> {
        match self.user_named(code, username) {
            Some(_) => Err(self.duplicate("This username is taken.")),
            None => Ok(()),
        }
    }

    fn username_policy(&self, code: &str) -> &str {
        let policy = self.namespace(code).and_then(|it| it.get("usernamePolicy"));
        policy.and_then(Value::as_str).unwrap_or("EIGHT_NUMBERS")
    }
}

/// Who decides what a user has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddedBy {
    /// A client, which the rules limit.
    Client,
    /// An invitation, with which nobody chooses a username.
    Invitation,
    /// A test or a seed, which may set what no client can set.
    Seed,
}

/// Takes the latest identification from a document, which is not stored there.
pub(crate) fn take_identification(user: &mut Document) -> Option<Document> {
    match user.remove("strongIdentification") {
        Some(Value::Object(block)) if flag(&block, "identified") != Some(false) => Some(block),
        _ => None,
    }
}

const MAX_ATTEMPTS: usize = 10_000;
