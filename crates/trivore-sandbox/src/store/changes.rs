//! What changed in the state, as JSON, and how it is applied to another state.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::account::{Account, AccountDetails};
use super::location::{relocate, relocate_message};
use super::outbox::Message;
use super::state::State;
use super::table::Table;
use crate::values::document::Document;
use crate::values::ids::Random;

/// Changes that are to be recorded together: a JSON list of `[kind, identifier, value]`.
///
/// The value is `null` if the object was removed.
#[derive(Default)]
pub(crate) struct Changes(Vec<u8>);

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the JSON list.
    pub(crate) fn into_json(mut self) -> Vec<u8> {
        self.0.push(b']');
        self.0
    }

    fn add<V: Serialize>(&mut self, kind: &str, id: &str, value: Option<&V>) {
        let length = self.0.len();
        self.0.push(if length == 0 { b'[' } else { b',' });
        if serde_json::to_writer(&mut self.0, &(kind, id, value)).is_err() {
            // Only a map with keys that are no strings could fail.
            self.0.truncate(length);
        }
    }
}

/// Something that is done for each table of the state.
trait TableVisitor {
    fn visit<V>(&mut self, kind: &'static str, table: &mut Table<V>)
    where
        V: Clone + Serialize + DeserializeOwned + Relocate;
}

impl State {
    /// Calls a visitor for each table but that of the users.
    fn visit_tables(&mut self, visitor: &mut impl TableVisitor) {
        // Every field is listed, so that a new one cannot be forgotten.
        let Self {
            url: _,
            rules: _,
            clock: _,
            ids: _,
            resets: _,
            random: _,
            fixed_code: _,
            api_clients,
            oidc_clients,
            tokens,
            sign_ins,
            key_rotations: _,
            namespaces,
            groups,
            custom_roles,
            external_permissions,
            users: _,
            links,
            invitations,
            sent_to,
            outbox: _,
            unsaved_messages: _,
            saved_counters: _,
            ledger: _,
        } = self;
        visitor.visit("apiClient", api_clients);
        visitor.visit("oidcClient", oidc_clients);
        visitor.visit("accessToken", &mut tokens.access);
        visitor.visit("refreshToken", &mut tokens.refresh);
        visitor.visit("signInPage", &mut sign_ins.pages);
        visitor.visit("authorizationCode", &mut sign_ins.codes);
        visitor.visit("session", &mut sign_ins.sessions);
        visitor.visit("namespace", namespaces);
        visitor.visit("group", groups);
        visitor.visit("role", custom_roles);
        visitor.visit("externalPermission", external_permissions);
        visitor.visit("link", links);
        visitor.visit("invitation", invitations);
        visitor.visit("sentTo", sent_to);
    }

    /// Returns what changed since changes were last kept or undone.
    pub(crate) fn changes(&mut self) -> Changes {
        let mut visitor = ListChanges(Changes::default());
        self.visit_tables(&mut visitor);
        let ListChanges(mut changes) = visitor;
        for (id, account) in self.users.changed() {
            changes.add(USER, id, account.map(UserRecord::of).as_ref());
        }
        if self.outbox.is_empty() && self.saved_counters.has_messages {
            changes.add(OUTBOX, "", None::<&()>);
        }
        for message in &self.unsaved_messages {
            changes.add(MESSAGE, "", Some(message));
        }
        let counters = self.counters();
        if counters != self.saved_counters {
            changes.add(COUNTERS, "", Some(&counters));
        }
        changes
    }

    /// Forgets what changed, so that it is no longer undone.
    pub(crate) fn keep_changes(&mut self) {
        self.visit_tables(&mut KeepChanges);
        self.users.keep_changes();
        self.unsaved_messages.clear();
        self.outbox.keep();
        self.ledger.keep();
        self.saved_counters = self.counters();
    }

    /// Makes everything that a data file keeps, and the ledger, as it was when changes were last
    /// kept.
    pub(crate) fn undo_changes(&mut self) {
        self.visit_tables(&mut UndoChanges);
        self.users.undo_changes();
        self.unsaved_messages.clear();
        self.outbox.undo();
        self.ledger.undo();
        let saved = self.saved_counters.clone();
        self.set_counters(&saved);
    }

    /// Passes the whole state to `write`, in parts of limited size.
    pub(crate) fn write_all<E>(
        &mut self,
        mut write: impl FnMut(Changes) -> Result<(), E>,
    ) -> Result<(), E> {
        self.keep_changes();
        let mut visitor = WriteAll(Changes::default());
        self.visit_tables(&mut visitor);
        let WriteAll(mut changes) = visitor;
        for message in self.outbox.iter() {
            changes.add(MESSAGE, "", Some(message));
        }
        let counters = self.counters();
        changes.add(COUNTERS, "", Some(&counters));
        for account in self.users.values() {
            if changes.len() > PART_BYTES {
                write(std::mem::take(&mut changes))?;
            }
            changes.add(USER, account.id(), Some(&UserRecord::of(account)));
        }
        write(changes)
    }

    /// Applies recorded changes.
    ///
    /// # Errors
    ///
    /// The JSON is not what [`changes`](Self::changes) returns. The state is then changed in part.
    pub(crate) fn apply(&mut self, json: &[u8]) -> Result<(), String> {
        let changes: Vec<(&str, String, Option<&RawValue>)> = read(json)?;
        for (kind, id, value) in changes {
            match kind {
                USER => match value {
                    Some(value) => {
                        let mut user: StoredUser = read(value.get().as_bytes())?;
                        relocate(&mut user.document, &self.url);
                        relocate(&mut user.details.enterprise, &self.url);
                        self.users.insert(&id, &user.document, user.details);
                    }
                    None => drop(self.users.remove(&id)),
                },
                OUTBOX => self.outbox.clear(),
                MESSAGE => {
                    let mut message: Message = read(text(value).as_bytes())?;
                    relocate_message(&mut message, &self.url);
                    let bytes = message.bytes();
                    self.outbox.push(message, bytes);
                }
                COUNTERS => {
                    let counters: Counters = read(text(value).as_bytes())?;
                    self.set_counters(&counters);
                }
                _ => {
                    let url = self.url.clone();
                    let mut visitor = Apply { kind, id, value, url, outcome: None };
                    self.visit_tables(&mut visitor);
                    visitor.outcome.unwrap_or_else(|| Err(format!("unknown kind {kind:?}")))?;
                }
            }
        }
        Ok(())
    }

    fn counters(&self) -> Counters {
        Counters {
            last_id: self.ids.last,
            generation: self.ids.generation,
            random: self.random.position(),
            clock_offset: self.clock.offset(),
            has_messages: !self.outbox.is_empty(),
            key_rotations: self.key_rotations,
        }
    }

    fn set_counters(&mut self, counters: &Counters) {
        self.ids.last = counters.last_id;
        self.ids.generation = counters.generation;
        self.key_rotations = counters.key_rotations;
        self.clock.set_offset(counters.clock_offset);
        if self.random.position().is_some() && counters.random.is_some() {
            self.random = Random::new(counters.random);
        }
    }
}

/// What is counted: it continues after a restart.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Counters {
    last_id: u32,
    generation: u32,
    random: Option<u64>,
    clock_offset: Duration,
    has_messages: bool,
    #[serde(default)]
    key_rotations: u32,
}

#[derive(Serialize)]
struct UserRecord<'a> {
    document: Option<&'a RawValue>,
    details: &'a AccountDetails,
}

impl<'a> UserRecord<'a> {
    fn of(account: &'a Account) -> Self {
        Self { document: account.packed().raw(), details: account.details() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredUser {
    document: Document,
    details: AccountDetails,
}

/// An object that may hold the URL of the server.
pub(crate) trait Relocate {
    fn relocate(&mut self, _url: &str) {}
}

impl Relocate for Document {
    fn relocate(&mut self, url: &str) {
        relocate(self, url);
    }
}

impl Relocate for crate::access::clients::ApiClient {}
impl Relocate for crate::access::clients::OidcClient {}
impl Relocate for super::browser_sign_in::IssuedCode {}
impl Relocate for super::browser_sign_in::Session {}
impl Relocate for super::browser_sign_in::SignInPage {}
impl Relocate for super::tokens::IssuedToken {}
impl Relocate for super::invitation::Invitation {}
impl Relocate for super::sent_times::SentTimes {}
impl Relocate for super::verification_links::Link {}

struct ListChanges(Changes);

impl TableVisitor for ListChanges {
    fn visit<V: Clone + Serialize>(&mut self, kind: &'static str, table: &mut Table<V>) {
        for (id, object) in table.changed() {
            self.0.add(kind, id, object);
        }
    }
}

struct KeepChanges;

impl TableVisitor for KeepChanges {
    fn visit<V: Clone>(&mut self, _: &'static str, table: &mut Table<V>) {
        table.keep_changes();
    }
}

struct UndoChanges;

impl TableVisitor for UndoChanges {
    fn visit<V: Clone>(&mut self, _: &'static str, table: &mut Table<V>) {
        table.undo_changes();
    }
}

struct WriteAll(Changes);

impl TableVisitor for WriteAll {
    fn visit<V: Clone + Serialize>(&mut self, kind: &'static str, table: &mut Table<V>) {
        for (id, object) in table.iter() {
            self.0.add(kind, id, Some(object));
        }
    }
}

/// Applies one change.
struct Apply<'a> {
    kind: &'a str,
    id: String,
    value: Option<&'a RawValue>,
    url: String,
    outcome: Option<Result<(), String>>,
}

impl TableVisitor for Apply<'_> {
    fn visit<V: Clone + DeserializeOwned + Relocate>(
        &mut self,
        kind: &'static str,
        table: &mut Table<V>,
    ) {
        if kind != self.kind {
            return;
        }
        let outcome = if let Some(value) = self.value {
            read::<V>(value.get().as_bytes()).map(|mut object| {
                object.relocate(&self.url);
                table.insert(std::mem::take(&mut self.id), object);
            })
        } else {
            table.remove(&self.id);
            Ok(())
        };
        self.outcome = Some(outcome);
    }
}

/// Parses JSON; the error does not show the value, which may be secret.
fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| {
        format!("unexpected JSON at line {}, column {}", error.line(), error.column())
    })
}

fn text(value: Option<&RawValue>) -> &str {
    value.map_or("null", RawValue::get)
}

const USER: &str = "user";
const OUTBOX: &str = "outbox";
const MESSAGE: &str = "message";
const COUNTERS: &str = "counters";

const PART_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::values::behavior_rules::Rules;
    use crate::values::clock::Clock;

    fn new_state(url: &str) -> State {
        State::new(url.to_owned(), Rules::default(), Clock::new(None))
    }

    fn document(value: &Value) -> Document {
        value.as_object().unwrap().clone()
    }

    /// Everything, as text.
    fn all(state: &mut State) -> String {
        let mut text = String::new();
        let write = |changes: Changes| {
            text += &String::from_utf8(changes.into_json()).unwrap();
            Ok::<_, ()>(())
        };
        state.write_all(write).unwrap();
        text
    }

    #[test]
    fn a_state_made_of_the_changes_is_the_same() {
        let (mut state, mut copy) = (new_state("http://a"), new_state("http://a"));
        let mut user = String::new();
        let steps: [fn(&mut State, &mut String); 6] = [
            |state, _| drop(state.add_namespace(document(&json!({"code": "n"}))).unwrap()),
            |state, user| {
                let seed = json!({"memberOf": ["g", "h"], "username": "jane"});
                *user = state.add_user("n", document(&seed)).unwrap();
            },
            |state, user| state.account_mut(user).unwrap().passwords.push("x".to_owned()),
            |state, user| state.change_user("update", user, |_| ()).unwrap(),
            |state, user| {
                let group = state.account(user).unwrap().document()["memberOf"][0].clone();
                state.remove_group(group.as_str().unwrap());
            },
            |state, user| assert!(state.remove_user(user)),
        ];
        for (number, step) in steps.into_iter().enumerate() {
            step(&mut state, &mut user);
            let changes = state.changes();
            state.keep_changes();
            assert!(!changes.is_empty(), "{number}");

            copy.apply(&changes.into_json()).unwrap();

            assert_eq!(all(&mut copy), all(&mut state), "{number}");
        }
        assert!(state.changes().is_empty());
    }

    #[test]
    fn locations_name_the_server_that_reads_them() {
        let mut state = new_state("http://a");
        state.add_namespace(document(&json!({"code": "n"}))).unwrap();
        state.add_user("n", Document::new()).unwrap();
        let mut copy = new_state("http://b");

        copy.apply(&state.changes().into_json()).unwrap();

        assert!(!all(&mut copy).contains("http://a"));
        assert!(all(&mut copy).contains("http://b/api/rest/v1/user/"));
    }

    #[test]
    fn what_is_not_a_change_is_an_error_that_hides_the_value() {
        for json in ["", "{}", "[1]", "[[\"user\",\"1\",{\"secret\":1}]]", "[[\"no\",\"1\",null]]"]
        {
            let error = new_state("http://a").apply(json.as_bytes()).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
