//! The in-memory state of the sandbox.

use serde_json::{Value, json};

use super::browser_sign_in::SignIns;
use super::changes::Counters;
use super::groups::group_name;
use super::invitation::Invitation;
use super::ledger::{Ledger, LedgerEntry, MAX_LEDGER_BYTES};
use super::outbox::{MAX_OUTBOX_BYTES, Message, SentMessages};
use super::sent_times::SentTimes;
use super::table::Table;
use super::tokens::Tokens;
use super::user_table::{AccountEdit, UserTable};
use super::verification_links::Link;
use crate::access::clients::{ApiClient, OidcClient};
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::clock::{self, Clock};
use crate::values::document::{Document, text};
use crate::values::ids::{ObjectIds, Random};
use crate::values::paths::API;

/// Documents by identifier, which is also the order of creation.
pub(crate) type Objects = Table<Document>;

/// All stored objects, and the settings.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) url: String,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) ids: ObjectIds,
    /// How often the sandbox was reset; the faults have the same number.
    pub(crate) resets: u64,
    pub(crate) random: Random,
    /// The code of all text messages, instead of a random one.
    pub(crate) fixed_code: Option<String>,
    pub(crate) api_clients: Table<ApiClient>,
    pub(crate) oidc_clients: Table<OidcClient>,
    pub(crate) tokens: Tokens,
    /// What is in progress in browsers.
    pub(crate) sign_ins: SignIns,
    /// How often the signing keys were rotated.
    pub(crate) key_rotations: u32,
    pub(crate) namespaces: Objects,
    pub(crate) groups: Objects,
    pub(crate) custom_roles: Objects,
    /// External permissions by [`external_permission_key`].
    pub(crate) external_permissions: Objects,
    pub(crate) users: UserTable,
    /// Verification links that have not been used, by token.
    pub(crate) links: Table<Link>,
    /// Invitations that have not been used, by token.
    pub(crate) invitations: Table<Invitation>,
    /// When verification messages were sent, by [`sent_to_key`](super::sent_times::sent_to_key).
    pub(crate) sent_to: Table<SentTimes>,
    pub(crate) outbox: SentMessages,
    /// Messages of the outbox that no record has yet.
    pub(super) unsaved_messages: Vec<Message>,
    /// What the newest record has.
    pub(super) saved_counters: Counters,
    pub(crate) ledger: Ledger,
}

impl State {
    pub(crate) fn new(url: String, rules: Rules, clock: Clock) -> Self {
        Self {
            url,
            rules,
            clock,
            ids: ObjectIds::default(),
            resets: 0,
            random: Random::System,
            fixed_code: None,
            api_clients: Table::new(),
            oidc_clients: Table::new(),
            tokens: Tokens::default(),
            sign_ins: SignIns::default(),
            key_rotations: 0,
            namespaces: Table::named_by(|namespace| text(namespace, "code").map(str::to_owned)),
            groups: Table::named_by(|group| {
                text(group, "name")
                    .map(|name| group_name(text(group, "nsCode").unwrap_or_default(), name))
            }),
            custom_roles: Table::new(),
            external_permissions: Table::new(),
            users: UserTable::default(),
            links: Table::new(),
            invitations: Table::new(),
            sent_to: Table::new(),
            outbox: SentMessages::undoable(MAX_OUTBOX_BYTES),
            unsaved_messages: Vec::new(),
            saved_counters: Counters::default(),
            ledger: Ledger::undoable(MAX_LEDGER_BYTES),
        }
    }

    /// Returns a state without content, and with the settings of this one.
    pub(crate) fn empty(&self) -> Self {
        let mut empty = Self::new(self.url.clone(), self.rules.clone(), self.clock.clone());
        empty.random = self.random.clone();
        empty.fixed_code.clone_from(&self.fixed_code);
        empty
    }

    /// Moves on to the next signing keys.
    pub(crate) fn rotate_keys(&mut self) {
        self.key_rotations = self.key_rotations.saturating_add(1);
    }

    /// Returns the current time in the format of the service.
    pub(crate) fn now(&self) -> String {
        clock::iso(self.clock.now())
    }

    pub(crate) fn next_id(&mut self) -> String {
        loop {
            let id = self.ids.next(self.clock.now());
            // An object of a seed may have any identifier.
            if !self.has_id(&id) {
                return id;
            }
        }
    }

    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.users.get(id).is_some()
            || [&self.namespaces, &self.groups, &self.custom_roles]
                .iter()
                .any(|table| table.contains(id))
    }

    /// Adds an external permission to a group of external permissions, or replaces it.
    pub(crate) fn add_external_permission(
        &mut self,
        group: &str,
        permission: &str,
        mut document: Document,
    ) {
        document.entry("id").or_insert(permission.into());
        document.entry("permissionGroupId").or_insert(group.into());
        self.external_permissions.insert(external_permission_key(group, permission), document);
    }

    /// Adds a message that was sent before.
    pub(crate) fn keep_message(&mut self, message: Message) {
        self.unsaved_messages.push(message.clone());
        let bytes = message.bytes();
        self.outbox.push(message, bytes);
    }

    /// Returns the code of a new text message.
    pub(crate) fn new_code(&self) -> Result<String, ApiError> {
        self.fixed_code.clone().map_or_else(|| self.random.digits(6), Ok)
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

    /// Changes a user, sets `meta.lastModified`, and records the change.
    pub(crate) fn change_user<T>(
        &mut self,
        operation: &'static str,
        id: &str,
        change: impl FnOnce(&mut AccountEdit<'_>) -> T,
    ) -> Result<T, ApiError> {
        let now = self.now();
        let mut account = self.account_mut(id)?;
        let result = change(&mut account);
        touch(account.document_mut(), now);
        drop(account);
        self.record("user", operation, id);
        Ok(result)
    }

    /// Adds a message to the outbox and the ledger.
    pub(crate) fn send(&mut self, message: Message, operation: &'static str) {
        let id = message.user_id.clone().unwrap_or_else(|| message.to.clone());
        self.keep_message(message);
        self.record("message", operation, &id);
    }

    /// Finds a namespace by its code.
    pub(crate) fn namespace(&self, code: &str) -> Option<&Document> {
        self.namespaces.named(code)
    }

    /// Returns `nsCode`, or the code of the first namespace.
    pub(crate) fn namespace_of(&self, document: &Document) -> Result<String, ApiError> {
        let first = || self.namespaces.values().find_map(|namespace| text(namespace, "code"));
        let code = text(document, "nsCode").or_else(first).unwrap_or_default();
        match self.namespace(code) {
            Some(_) => Ok(code.to_owned()),
            None => Err(ApiError::bad_request("Field \"nsCode\" names no namespace.")),
        }
    }

    /// Finds a setting in the group policy of a namespace.
    pub(crate) fn policy(&self, code: &str, key: &str) -> Option<&Value> {
        self.namespace(code)?.get("defaultGroupPolicy")?.get(key)
    }

    /// Returns for how many days the links of a namespace work.
    pub(crate) fn link_days(&self, code: &str) -> u64 {
        let days = self.policy(code, "emailVerifyLinkExpireDays").and_then(Value::as_u64);
        days.filter(|days| *days > 0).unwrap_or(DEFAULT_LINK_DAYS)
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

/// Returns the identifier of an external permission in its table.
pub(crate) fn external_permission_key(group: &str, permission: &str) -> String {
    format!("{group}\0{permission}")
}

/// Undoes [`external_permission_key`].
pub(crate) fn external_permission_of(key: &str) -> (&str, &str) {
    key.split_once('\0').unwrap_or((key, ""))
}

/// Default of the vendor's SDK.
const DEFAULT_LINK_DAYS: u64 = 7;

/// Sets `meta.lastModified`.
pub(crate) fn touch(document: &mut Document, now: String) {
    if let Some(meta) = document.get_mut("meta").and_then(Value::as_object_mut) {
        meta.insert("lastModified".to_owned(), now.into());
    }
}
