//! Converts between the objects of a seed and those of the state.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::checked::fits;
use super::format::{DETAILS, OTHER, Section};
use crate::access::builtin_roles::is_builtin_role;
use crate::access::clients::{ApiClient, OidcClient};
use crate::access::permissions::is_permission;
use crate::store::account::{Account, AccountDetails};
use crate::store::external_permissions::check_grants;
use crate::store::location::{path_only, relocate, relocate_message};
use crate::store::outbox::Message;
use crate::store::sent_times::{sent_to_key, sent_to_of};
use crate::store::state::{Objects, State, external_permission_of};
use crate::store::table::Table;
use crate::store::tokens::{Grant, IssuedToken, Subject};
use crate::store::user_document::read_aliases;
use crate::store::users::{AddedBy, take_identification};
use crate::store::verification_links::Link;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_filter_names, flag, text, texts};

/// Adds one object of a seed to the state.
///
/// An object with `meta` is stored exactly as it is written. Another one is completed and checked
/// like a new object.
pub(super) fn add(state: &mut State, section: Section, mut object: Document) -> Result<(), String> {
    match section {
        Section::Namespaces => add_namespace(state, object),
        Section::Groups => add_group(state, object),
        Section::Roles => add_role(state, object),
        Section::ExternalPermissions => {
            let (group, permission) =
                (required(&object, "group")?, required(&object, "permission")?);
            let document = match object.remove("document") {
                Some(Value::Object(document)) => document,
                _ => Document::new(),
            };
            state.add_external_permission(&group, &permission, document);
            Ok(())
        }
        Section::ApiClients => {
            required(&object, "id")?;
            required(&object, "secret")?;
            let client: ApiClient = read(Some(&object.into()))?;
            state.api_clients.insert(client.id.clone(), client);
            Ok(())
        }
        Section::OidcClients => {
            required(&object, "id")?;
            let client: OidcClient = read(Some(&object.into()))?;
            client.check_uris()?;
            state.oidc_clients.insert(client.id.clone(), client);
            Ok(())
        }
        Section::Users => add_user(state, object),
        Section::AccessTokens | Section::RefreshTokens => {
            let grant = Grant {
                subject: text(&object, "userId")
                    .map_or(Subject::Client, |id| Subject::User(id.to_owned())),
                client_id: required(&object, "clientId")?,
                scopes: texts(&object, "scopes").into_iter().map(str::to_owned).collect(),
                claims: texts(&object, "claims").into_iter().map(str::to_owned).collect(),
                id_token_claims: texts(&object, "idTokenClaims")
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                claims_in_id_token: flag(&object, "claimsInIdToken").unwrap_or(false),
                authentication: object
                    .get("authentication")
                    .map(|authentication| read(Some(authentication)))
                    .transpose()?,
                family: text(&object, "family").unwrap_or_default().to_owned(),
            };
            let token = required(&object, "token")?;
            let issued = IssuedToken {
                grant,
                expires: read(object.get("expires"))?,
                is_used: flag(&object, "isUsed").unwrap_or(false),
            };
            match section {
                Section::AccessTokens => state.tokens.access.insert(token, issued),
                _ => state.tokens.refresh.insert(token, issued),
            }
            Ok(())
        }
        Section::Links => {
            let link = Link {
                contact: read(object.get("contact"))?,
                user_id: required(&object, "userId")?,
                value: required(&object, "value")?,
                return_url: text(&object, "returnUrl").map(str::to_owned),
                expires: read(object.get("expires"))?,
            };
            state.links.insert(required(&object, "token")?, link);
            Ok(())
        }
        Section::SentTo => {
            let key = sent_to_key(read(object.get("contact"))?, &required(&object, "value")?);
            state.sent_to.insert(key, read(object.get("times"))?);
            Ok(())
        }
        Section::Invitations => {
            let token = required(&object, "token")?;
            object.remove("token");
            state.invitations.insert(token, read(Some(&object.into()))?);
            Ok(())
        }
        Section::Messages => {
            let mut message: Message = read(Some(&object.into()))?;
            relocate_message(&mut message, &state.url);
            state.keep_message(message);
            Ok(())
        }
    }
}

/// Returns the objects of a section, except users.
pub(super) fn list(state: &State, section: Section) -> Vec<Value> {
    let documents = |table: &Objects| {
        table.values().map(|document| seed_of(document.clone(), section).into()).collect()
    };
    let tokens = |table: &Table<IssuedToken>| {
        table.iter().map(|(token, issued)| token_json(token, issued)).collect()
    };
    match section {
        Section::Namespaces => documents(&state.namespaces),
        Section::Groups => documents(&state.groups),
        Section::Roles => documents(&state.custom_roles),
        Section::ExternalPermissions => {
            let all = state.external_permissions.iter();
            all.map(|(key, document)| {
                let (group, permission) = external_permission_of(key);
                json!({"group": group, "permission": permission, "document": document})
            })
            .collect()
        }
        Section::ApiClients => state.api_clients.values().map(client_json).collect(),
        Section::OidcClients => state.oidc_clients.values().map(client_json).collect(),
        Section::Users => Vec::new(),
        Section::AccessTokens => tokens(&state.tokens.access),
        Section::RefreshTokens => tokens(&state.tokens.refresh),
        Section::Links => {
            let all = state.links.iter();
            all.map(|(token, link)| {
                without_nulls(json!({
                    "token": token,
                    "contact": link.contact,
                    "userId": link.user_id,
                    "value": link.value,
                    "returnUrl": link.return_url,
                    "expires": link.expires,
                }))
            })
            .collect()
        }
        Section::SentTo => {
            let all = state.sent_to.iter().map(|(key, times)| {
                let (contact, value) = sent_to_of(key);
                json!({"contact": contact, "value": value, "times": times})
            });
            all.collect()
        }
        Section::Invitations => {
            let all = state.invitations.iter().map(|(token, invitation)| {
                let mut seed = json!(invitation);
                if let Some(seed) = seed.as_object_mut() {
                    seed.insert("token".to_owned(), token.into());
                }
                seed
            });
            all.collect()
        }
        Section::Messages => {
            let messages = state.outbox.iter().cloned();
            messages
                .map(|mut message| {
                    relocate_message(&mut message, "");
                    without_nulls(json!(message))
                })
                .collect()
        }
    }
}

/// Returns the seed of a user.
pub(super) fn user_seed(account: &Account) -> Value {
    let mut user = seed_of(account.document(), Section::Users);
    let mut details = json!(account.details());
    if let Some(enterprise) = details.get_mut("enterprise").and_then(Value::as_object_mut) {
        path_only(enterprise);
    }
    if details.as_object().is_some_and(|details| !details.is_empty()) {
        user.insert(DETAILS.to_owned(), details);
    }
    user.into()
}

/// Moves fields that the API does not know, or knows as another type, out of the way.
fn seed_of(mut document: Document, section: Section) -> Document {
    path_only(&mut document);
    let shape = section.shape();
    let (mut seed, mut other) = (Document::new(), Document::new());
    for (name, value) in document {
        let is_own = name == OTHER || name == DETAILS || name == "password";
        let is_known = !is_own && shape.member(&name).is_some_and(|shape| fits(&value, shape));
        if is_known { &mut seed } else { &mut other }.insert(name, value);
    }
    if !other.is_empty() {
        seed.insert(OTHER.to_owned(), other.into());
    }
    seed
}

/// Undoes [`seed_of`].
fn document_of(state: &State, mut seed: Document) -> Document {
    if let Some(Value::Object(other)) = seed.remove(OTHER) {
        seed.extend(other);
    }
    drop_filter_names(&mut seed);
    relocate(&mut seed, &state.url);
    seed
}

fn add_namespace(state: &mut State, seed: Document) -> Result<(), String> {
    let namespace = document_of(state, seed);
    check_id(state, &namespace)?;
    if !is_exact(&namespace)? {
        return restoring_id(state, namespace, State::add_namespace, |state| &mut state.namespaces);
    }
    if state.namespace(&required(&namespace, "code")?).is_some() {
        return Err("a namespace with this code already exists".to_owned());
    }
    state.namespaces.insert(required(&namespace, "id")?, namespace);
    Ok(())
}

fn add_group(state: &mut State, seed: Document) -> Result<(), String> {
    let group = document_of(state, seed);
    check_id(state, &group)?;
    let code = state.namespace_of(&group).map_err(|error| error.message)?;
    if !is_exact(&group)? {
        let add = |state: &mut State, group| state.add_group(&code, group);
        return restoring_id(state, group, add, |state| &mut state.groups);
    }
    if state.group_named(&code, &required(&group, "name")?).is_some() {
        return Err("a group with this name already exists".to_owned());
    }
    state.groups.insert(required(&group, "id")?, group);
    Ok(())
}

fn add_role(state: &mut State, seed: Document) -> Result<(), String> {
    let role = document_of(state, seed);
    check_id(state, &role)?;
    let code = state.namespace_of(&role).map_err(|error| error.message)?;
    state.check_role(&role).map_err(|error| error.message)?;
    if !is_exact(&role)? {
        let add = |state: &mut State, role| state.add_role(&code, role);
        return restoring_id(state, role, add, |state| &mut state.custom_roles);
    }
    state.custom_roles.insert(required(&role, "id")?, role);
    Ok(())
}

/// Adds a new object and gives it the identifier in the seed, if there is one.
fn restoring_id(
    state: &mut State,
    mut seed: Document,
    add: impl FnOnce(&mut State, Document) -> Result<Document, ApiError>,
    table: fn(&mut State) -> &mut Objects,
) -> Result<(), String> {
    let wanted = seed.remove("id");
    let mut added = add(state, seed).map_err(|error| error.message)?;
    if let Some(Value::String(wanted)) = wanted {
        let given = text(&added, "id").unwrap_or_default().to_owned();
        rename(&mut added, &given, &wanted);
        table(state).remove(&given);
        table(state).insert(wanted, added);
    }
    Ok(())
}

fn add_user(state: &mut State, seed: Document) -> Result<(), String> {
    let mut user = seed;
    let password = user.remove("password");
    let mut details: AccountDetails = match user.remove(DETAILS) {
        Some(details) => read(Some(&details))?,
        None => AccountDetails::default(),
    };
    check_grants(&details.external_permissions, &state.rules).map_err(|error| error.message)?;
    relocate(&mut details.enterprise, &state.url);
    if let Some(Value::String(password)) = password {
        details.passwords.insert(0, password);
    }
    for (id, exists) in [
        (details.permissions.iter().find(|id| !is_permission(id)), "permission"),
        (details.builtin_roles.iter().find(|id| !is_builtin_role(id)), "built-in role"),
        (details.custom_roles.iter().find(|id| !state.custom_roles.contains(id)), "custom role"),
    ] {
        if id.is_some() {
            return Err(format!("names an unknown {exists}"));
        }
    }
    let mut user = document_of(state, user);
    let identification = take_identification(&mut user);
    if details.identifications.is_empty() {
        details.identifications.extend(identification);
    }
    check_id(state, &user)?;
    let code = state.namespace_of(&user).map_err(|error| error.message)?;
    if is_exact(&user)? {
        let username = required(&user, "username")?;
        if state.user_named(&code, &username).is_some() {
            return Err("a user with this username already exists".to_owned());
        }
        if texts(&user, "memberOf").iter().any(|group| !state.groups.contains(group)) {
            return Err("memberOf names an unknown group".to_owned());
        }
        let id = required(&user, "id")?;
        state.users.insert(&id, &user, details);
        return Ok(());
    }
    let wanted = user.remove("id");
    read_aliases(state, &mut user).map_err(|error| error.message)?;
    let user = state
        .prepare_user(AddedBy::Seed, &code, user, &Document::new())
        .map_err(|error| error.message)?;
    // Taken also by a user with an identifier, so that those of the next users do not depend on it.
    let next = state.next_id();
    let id = match wanted {
        Some(Value::String(wanted)) => wanted,
        _ => next,
    };
    state.insert_account(user, details, &id);
    Ok(())
}

/// Sets the identifier in a document and in its location.
fn rename(document: &mut Document, from: &str, to: &str) {
    document.insert("id".to_owned(), to.into());
    let meta = document.get_mut("meta").and_then(Value::as_object_mut);
    if let Some(Value::String(location)) = meta.and_then(|meta| meta.get_mut("location")) {
        *location = location.replace(from, to);
    }
}

/// Returns whether an object is stored as it is: if it has `meta`.
fn is_exact(document: &Document) -> Result<bool, String> {
    if !document.contains_key("meta") {
        return Ok(false);
    }
    required(document, "id").map(|_| true)
}

fn check_id(state: &State, document: &Document) -> Result<(), String> {
    match text(document, "id") {
        Some("") => Err("id must not be empty".to_owned()),
        Some(id) if state.has_id(id) => Err("an object with this id already exists".to_owned()),
        _ => Ok(()),
    }
}

fn required(object: &Document, name: &str) -> Result<String, String> {
    match text(object, name) {
        Some(value) if !value.is_empty() => Ok(value.to_owned()),
        _ => Err(format!("{name} is required")),
    }
}

fn client_json(client: &impl Serialize) -> Value {
    serde_json::to_value(client).map(without_nulls).unwrap_or_default()
}

fn token_json(token: &str, issued: &IssuedToken) -> Value {
    let user = match &issued.grant.subject {
        Subject::Client => None,
        Subject::User(id) => Some(id),
    };
    let grant = &issued.grant;
    without_nulls(json!({
        "token": token,
        "clientId": grant.client_id,
        "userId": user,
        "scopes": grant.scopes,
        "claims": some(&grant.claims),
        "idTokenClaims": some(&grant.id_token_claims),
        "claimsInIdToken": grant.claims_in_id_token.then_some(true),
        "authentication": grant.authentication,
        "family": (!grant.family.is_empty()).then_some(&grant.family),
        "isUsed": issued.is_used.then_some(true),
        "expires": issued.expires,
    }))
}

/// Returns a list, unless it is empty.
fn some(list: &[String]) -> Option<&[String]> {
    (!list.is_empty()).then_some(list)
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    value
}

/// Reads a value whose shape was checked; only a required field can be missing.
fn read<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Result<T, String> {
    let missing = |_| "a required field is missing".to_owned();
    serde_json::from_value(value.cloned().unwrap_or(Value::Object(Map::new()))).map_err(missing)
}
