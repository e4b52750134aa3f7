//! Stored namespaces, their defaults, and the namespace of a request.

use serde_json::{Value, json};

use super::state::{Objects, State};
use super::user_index::IndexedField;
use super::usernames::POLICIES;
use crate::access::caller::Caller;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_filter_names, drop_nulls, text};
use crate::values::field_types::{FieldType, Fields};

impl State {
    /// Adds a namespace, with defaults for missing fields.
    pub(crate) fn add_namespace(&mut self, mut body: Document) -> Result<Document, ApiError> {
        drop_nulls(&mut body);
        drop_filter_names(&mut body);
        let code = text(&body, "code").unwrap_or_default().to_owned();
        if code.is_empty() {
            return Err(ApiError::bad_request("Field \"code\" is required."));
        }
        if self.namespace(&code).is_some() {
            return Err(self.duplicate("A namespace with this code already exists."));
        }
        let id = self.next_id();
        let mut namespace = self.namespace_defaults(&code);
        for (key, value) in body {
            match (namespace.get_mut(&key), value) {
                (Some(Value::Object(defaults)), Value::Object(given)) => defaults.extend(given),
                (_, value) => {
                    namespace.insert(key, value);
                }
            }
        }
        namespace.insert("id".to_owned(), id.clone().into());
        namespace.insert("meta".to_owned(), self.new_meta("namespace", &id));
        self.namespaces.insert(id.clone(), namespace.clone());
        self.record("namespace", "create", &id);
        Ok(namespace)
    }

    /// Returns the namespace of objects that the caller creates without `nsCode`.
    pub(crate) fn primary_namespace(&self, caller: &Caller) -> Option<String> {
        if caller.primary_namespace.is_some() {
            return caller.primary_namespace.clone();
        }
        let codes = self.namespaces.values().filter_map(|namespace| text(namespace, "code"));
        codes.filter(|code| caller.may_access(code)).map(str::to_owned).next()
    }

    /// Returns the namespace in the request, or the caller's primary namespace.
    pub(crate) fn named_namespace(
        &self,
        caller: &Caller,
        named: Option<&str>,
    ) -> Result<String, ApiError> {
        let code = match named {
            Some(code) => code.to_owned(),
            None => self.primary_namespace(caller).ok_or_else(|| {
                ApiError::bad_request(
                    "Field \"nsCode\" is required: there is no primary namespace.",
                )
            })?,
        };
        if self.namespace(&code).is_none() {
            return Err(ApiError::bad_request("Field \"nsCode\" names no namespace."));
        }
        caller.require_namespace(&self.rules, &code, "Namespace")?;
        Ok(code)
    }

    /// Deletes a namespace with its users, groups and roles, and returns whether it existed.
    pub(crate) fn remove_namespace(&mut self, code: &str) -> bool {
        let id = self.namespace(code).and_then(|namespace| text(namespace, "id"));
        let Some(id) = id.map(str::to_owned) else { return false };
        let users = self.users.find_in(IndexedField::Namespace, code, code);
        let users: Vec<String> = users.map(|account| account.id().to_owned()).collect();
        for id in users {
            self.remove_user(&id);
        }
        let is_within = |object: &Document| text(object, "nsCode") == Some(code);
        let ids = |objects: &Objects| -> Vec<String> {
            objects.iter().filter(|(_, it)| is_within(it)).map(|(id, _)| id.to_owned()).collect()
        };
        for id in ids(&self.groups) {
            self.remove_group(&id);
        }
        for id in ids(&self.custom_roles) {
            self.remove_role(&id);
        }
        self.invitations.retain(|invitation| invitation.ns_code != code);
        self.namespaces.remove(&id);
        self.record("namespace", "delete", &id);
        true
    }

    /// Returns the fields of a new namespace that has only a code.
    pub(crate) fn namespace_defaults(&self, code: &str) -> Document {
        let defaults = json!({
            "name": code,
            "shortName": code,
            "usernamePolicy": "EIGHT_NUMBERS",
            "commMethodMaxQty": 2,
            "duplicateNicknamesAllowed": false,
            "validFrom": self.now(),
            "smsSettings": {"enabled": true, "customEnabled": false},
            "defaultGroupPolicy": {
                "minPwLength": 8,
                "minCharClasses": 2,
                "pwHistorySaved": 3,
                "maxPwSequenceLength": 4,
                "maxConsecutiveIdenticalChars": 3,
                "passwordUserNameRuleEnforced": true,
                "passwordDictionaryRuleEnforced": true,
                "emailVerifyLinkExpireDays": 7,
                "mobileVerificationAttemptsPerDay": 100,
                "emailVerificationUnlocksUser": false,
                "emailLoginAllowed": "DISALLOWED",
                "mobileLoginAllowed": "DISALLOWED",
                "deleteMode": "HARD_DELETE",
                "hideOnSoftDelete": true,
            },
        });
        match defaults {
            Value::Object(defaults) => defaults,
            _ => Document::new(),
        }
    }
}

/// Values of policies that allow something.
const ALLOWED: &[&str] = &["ALLOWED", "DISALLOWED"];

/// Fields of a namespace.
pub(crate) const FIELDS: Fields = &[
    ("id", FieldType::Text),
    ("code", FieldType::Text),
    ("name", FieldType::Text),
    ("shortName", FieldType::Text),
    ("usernamePolicy", FieldType::Choice(POLICIES)),
    ("commMethodMaxQty", FieldType::Number),
    ("duplicateNicknamesAllowed", FieldType::Flag),
    ("validFrom", FieldType::Text),
    ("validTo", FieldType::Text),
    (
        "smsSettings",
        FieldType::Object(&[
            ("enabled", FieldType::Flag),
            ("customEnabled", FieldType::Flag),
            ("defaultOriginator", FieldType::Text),
            ("defaultRegion", FieldType::Text),
        ]),
    ),
    (
        "defaultGroupPolicy",
        FieldType::Object(&[
            ("minPwLength", FieldType::Number),
            ("minCharClasses", FieldType::Number),
            ("pwMaxAge", FieldType::Number),
            ("pwHistorySaved", FieldType::Number),
            ("maxPwSequenceLength", FieldType::Number),
            ("maxConsecutiveIdenticalChars", FieldType::Number),
            ("passwordUserNameRuleEnforced", FieldType::Flag),
            ("passwordDictionaryRuleEnforced", FieldType::Flag),
            ("emailVerifyLinkExpireDays", FieldType::Number),
            ("mobileVerificationAttemptsPerDay", FieldType::Number),
            ("emailVerificationUnlocksUser", FieldType::Flag),
            ("emailLoginAllowed", FieldType::Choice(ALLOWED)),
            ("mobileLoginAllowed", FieldType::Choice(ALLOWED)),
            ("incorrectLoginAttemptsThresh", FieldType::Number),
            ("incorrectLoginTimeWin", FieldType::Number),
            ("incorrectLoginLockoutTime", FieldType::Number),
            ("deleteMode", FieldType::Choice(&["HARD_DELETE", "SOFT_DELETE"])),
            ("hideOnSoftDelete", FieldType::Flag),
        ]),
    ),
    ("authorisationRestrictedMode", FieldType::Flag),
    ("meta", FieldType::Map),
];
