//! The in-memory state of the sandbox.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::Account;
use super::ledger::{Ledger, LedgerEntry, MAX_LEDGER_BYTES};
use super::outbox::{MAX_OUTBOX_BYTES, Message, SentMessages};
use super::tokens::Tokens;
use super::verification_links::Links;
use crate::access::clients::{ApiClient, OidcClient};
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::clock::{self, Clock};
use crate::values::document::{Document, text};
use crate::values::ids::ObjectIds;
use crate::values::paths::API;

/// Objects by identifier, which is also the order of creation.
pub(crate) type Objects = BTreeMap<String, Document>;

/// All stored objects, and the settings.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) url: String,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) ids: ObjectIds,
    pub(crate) api_clients: BTreeMap<String, ApiClient>,
    pub(crate) oidc_clients: BTreeMap<String, OidcClient>,
    pub(crate) tokens: Tokens,
    pub(crate) namespaces: Objects,
    pub(crate) groups: Objects,
    pub(crate) custom_roles: Objects,
    pub(crate) external_permissions: BTreeMap<(String, String), Document>,
    pub(crate) users: BTreeMap<String, Account>,
    /// Identifiers of users by namespace code and username.
    pub(crate) usernames: BTreeMap<(String, String), String>,
    pub(crate) links: Links,
    pub(crate) outbox: SentMessages,
    pub(crate) ledger: Ledger,
}

impl State {
    pub(crate) fn new(url: String, rules: Rules, clock: Clock) -> Self {
        Self {
            url,
            rules,
            clock,
            ids: ObjectIds::default(),
            api_clients: BTreeMap::new(),
            oidc_clients: BTreeMap::new(),
            tokens: Tokens::default(),
            namespaces: Objects::new(),
            groups: Objects::new(),
            custom_roles: Objects::new(),
            external_permissions: BTreeMap::new(),
            users: BTreeMap::new(),
            usernames: BTreeMap::new(),
            links: Links::default(),
            outbox: SentMessages::new(MAX_OUTBOX_BYTES),
            ledger: Ledger::new(MAX_LEDGER_BYTES),
        }
    }

    /// Returns the current time in the format of the service.
    pub(crate) fn now(&self) -> String {
        clock::iso(self.clock.now())
    }

    pub(crate) fn next_id(&mut self) -> String {
        self.ids.next(self.clock.now())
    }

    /// Returns `meta` of an object created now; `collection` is its path under the API.
    pub(crate) fn new_meta(&self, collection: &str, id: &str) -> Value {
        let now = self.now();
        json!({
            "created": now,
            "lastModified": now,
            "location": format!("{}{API}/{collection}/{id}", self.url),
        })
    }

    /// Records a change in the ledger.
    pub(crate) fn record(&mut self, kind: &'static str, operation: &'static str, id: &str) {
        let time = self.now();
        let entry = LedgerEntry { time, kind, operation, id: id.to_owned() };
        let bytes = entry.bytes();
        self.ledger.push(entry, bytes);
    }

    /// Records a change and sets `meta.lastModified` of a user.
    pub(crate) fn record_user(&mut self, operation: &'static str, id: &str) {
        let now = self.now();
        if let Some(account) = self.users.get_mut(id) {
            touch(&mut account.document, now);
        }
        self.record("user", operation, id);
    }

    /// Adds a message to the outbox and the ledger.
    pub(crate) fn send(&mut self, message: Message, operation: &'static str) {
        let id = message.user_id.clone().unwrap_or_else(|| message.to.clone());
        let bytes = message.bytes();
        self.outbox.push(message, bytes);
        self.record("message", operation, &id);
    }

    /// Finds a namespace by its code.
    pub(crate) fn namespace(&self, code: &str) -> Option<&Document> {
        self.namespaces.values().find(|namespace| text(namespace, "code") == Some(code))
    }

    /// Finds a setting in the group policy of a namespace.
    pub(crate) fn policy(&self, code: &str, key: &str) -> Option<&Value> {
        self.namespace(code)?.get("defaultGroupPolicy")?.get(key)
    }

    /// Creates the error for an object that already exists.
    pub(crate) fn duplicate(&self, message: &str) -> ApiError {
        if self.rules.duplicates_conflict {
            ApiError::conflict(message)
        } else {
            ApiError::bad_request(message)
        }
    }
}

/// Sets `meta.lastModified`.
pub(crate) fn touch(document: &mut Document, now: String) {
    if let Some(meta) = document.get_mut("meta").and_then(Value::as_object_mut) {
        meta.insert("lastModified".to_owned(), now.into());
    }
}
