//! Endpoints for namespaces, by identifier or code.

use serde_json::{Value, json};

use crate::access::caller::{Caller, Who};
use crate::access::permissions::{NAMESPACE_MODIFY, NAMESPACE_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Verb};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::store::state::{Objects, State, touch};
use crate::store::usernames::POLICIES;
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text};
use crate::values::fields::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Verb::Get, "/namespace", list).inferred(NAMESPACE_VIEW),
    Endpoint::new(Verb::Post, "/namespace", create).inferred(NAMESPACE_MODIFY),
    Endpoint::new(Verb::Get, "/namespace/{idOrCode}", read).inferred(NAMESPACE_VIEW),
    Endpoint::new(Verb::Put, "/namespace/{idOrCode}", update).inferred(NAMESPACE_MODIFY),
    Endpoint::new(Verb::Delete, "/namespace/{idOrCode}", delete).inferred(NAMESPACE_MODIFY),
];

impl State {
    /// Adds a namespace, with defaults for missing fields.
    pub(crate) fn add_namespace(&mut self, mut body: Document) -> Result<Document, ApiError> {
        fields::check(&body, FIELDS, &self.rules)?;
        drop_nulls(&mut body);
        let code = text(&body, "code").unwrap_or_default().to_owned();
        if code.is_empty() {
            return Err(ApiError::bad_request("Field \"code\" is required."));
        }
        if self.namespace(&code).is_some() {
            return Err(self.duplicate("A namespace with this code already exists."));
        }
        let id = self.next_id();
        let mut namespace = self.defaults(&code);
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

    /// Creates the error for an object that already exists.
    pub(crate) fn duplicate(&self, message: &str) -> ApiError {
        if self.rules.duplicates_conflict {
            ApiError::conflict(message)
        } else {
            ApiError::bad_request(message)
        }
    }

    fn defaults(&self, code: &str) -> Document {
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
                "deleteMode": "HARD_DELETE",
                "hideOnSoftDelete": true,
            },
        });
        match defaults {
            Value::Object(defaults) => defaults,
            _ => Document::new(),
        }
    }

    fn find_namespace(&self, call: &Call) -> Result<Document, ApiError> {
        let wanted = call.parameter("idOrCode");
        let found = self.namespaces.get(wanted).or_else(|| self.namespace(wanted));
        let namespace = found.ok_or_else(|| ApiError::not_found("Namespace"))?;
        let code = text(namespace, "code").unwrap_or_default();
        call.caller.require_namespace(&self.rules, code, "Namespace")?;
        Ok(namespace.clone())
    }
}

fn list(state: &mut State, call: &Call) -> ApiResult {
    let accessible = state
        .namespaces
        .values()
        .filter(|namespace| call.caller.may_access(text(namespace, "code").unwrap_or_default()));
    listing::page(accessible, &call.query, &state.rules, |namespace| namespace.clone().into())
}

/// Creates a namespace and gives the calling client access to it.
fn create(state: &mut State, call: &Call) -> ApiResult {
    let namespace = state.add_namespace(call.object()?)?;
    if let Who::Client(id) = &call.caller.who
        && let Some(client) = state.api_clients.get_mut(id)
    {
        client.namespaces.add(text(&namespace, "code").unwrap_or_default());
    }
    Ok(ApiResponse::created(namespace))
}

fn read(state: &mut State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(state.find_namespace(call)?))
}

/// Changes a namespace; its code is permanent.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let mut namespace = state.find_namespace(call)?;
    let mut body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    body.retain(|key, _| !KEPT.contains(&key.as_str()));
    document::put(&mut namespace, body, REQUIRED, &state.rules);
    drop_nulls(&mut namespace);
    touch(&mut namespace, state.now());
    let id = text(&namespace, "id").unwrap_or_default().to_owned();
    state.namespaces.insert(id.clone(), namespace.clone());
    state.record("namespace", "update", &id);
    Ok(ApiResponse::ok(namespace))
}

/// Deletes a namespace and its groups and roles.
fn delete(state: &mut State, call: &Call) -> ApiResult {
    let namespace = state.find_namespace(call)?;
    let code = text(&namespace, "code").unwrap_or_default();
    let users = state.users.values().filter(|account| account.namespace_code() == code);
    let (deleted, users): (Vec<_>, Vec<_>) = users.partition(|account| account.is_deleted);
    if !users.is_empty() && !state.rules.namespace_delete_cascades {
        return Err(ApiError::conflict("The namespace has users."));
    }
    let ids: Vec<String> =
        deleted.iter().chain(&users).map(|account| account.id().to_owned()).collect();
    for id in ids {
        state.remove_user(&id);
    }
    let is_within = |object: &Document| text(object, "nsCode") == Some(code);
    let ids = |objects: &Objects| -> Vec<String> {
        objects.iter().filter(|(_, it)| is_within(it)).map(|(id, _)| id.clone()).collect()
    };
    for id in ids(&state.groups) {
        state.remove_group(&id);
    }
    for id in ids(&state.custom_roles) {
        state.remove_role(&id);
    }
    let id = text(&namespace, "id").unwrap_or_default();
    state.namespaces.remove(id);
    state.record("namespace", "delete", id);
    Ok(ApiResponse::no_content())
}

/// Fields that clients cannot change.
const KEPT: &[&str] = &["id", "code", "meta"];
/// Fields that cannot be cleared.
const REQUIRED: &[&str] = &[
    "id",
    "code",
    "meta",
    "name",
    "usernamePolicy",
    "commMethodMaxQty",
    "duplicateNicknamesAllowed",
    "validFrom",
    "defaultGroupPolicy",
];

const FIELDS: Fields = &[
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
            ("deleteMode", FieldType::Choice(&["HARD_DELETE", "SOFT_DELETE"])),
            ("hideOnSoftDelete", FieldType::Flag),
        ]),
    ),
    ("authorisationRestrictedMode", FieldType::Flag),
    ("meta", FieldType::Map),
];
