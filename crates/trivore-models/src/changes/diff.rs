//! Differences between two JSON values, and members that an update did not remove.

use serde_json::{Map, Value};

/// Whose data the members of an object are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Owner {
    /// The API defines the members: `null` clears one.
    Service,
    /// The application or a later version defines them: `null` could be stored as a value.
    Application,
}

impl Owner {
    /// Returns the owner of the members of a field's object.
    pub(super) fn within(self, field: &str) -> Self {
        if self == Self::Service && SERVICE_OBJECTS.contains(&field) {
            Self::Service
        } else {
            Self::Application
        }
    }
}

/// Adds a `null` to the new value for each member of the service's that only the old one has.
pub(super) fn clear_missing(old: &Value, new: &mut Value, owner: Owner) {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return;
    };
    for (member, old) in old {
        match new.get_mut(member) {
            Some(new) => clear_missing(old, new, owner.within(member)),
            None if owner == Owner::Service => {
                new.insert(member.clone(), Value::Null);
            }
            None => {}
        }
    }
}

/// Copies the `null` members of the service's that only the earlier value has.
pub(super) fn keep_nulls(earlier: &Value, later: &mut Value, owner: Owner) {
    let (Value::Object(earlier), Value::Object(later)) = (earlier, later) else {
        return;
    };
    for (member, earlier) in earlier {
        match later.get_mut(member) {
            Some(later) => keep_nulls(earlier, later, owner.within(member)),
            None if earlier.is_null() && owner == Owner::Service => {
                later.insert(member.clone(), Value::Null);
            }
            None => {}
        }
    }
}

/// Removes the `null` members of the service's objects, which clear a member.
pub(super) fn drop_nulls(value: &mut Value, owner: Owner) {
    if let (Value::Object(members), Owner::Service) = (value, owner) {
        members.retain(|_, value| !value.is_null());
        for (member, value) in members {
            drop_nulls(value, owner.within(member));
        }
    }
}

/// What an update was to remove and the response still has.
#[derive(Default)]
pub(super) struct Remaining {
    /// JSON pointers of the members.
    pub(super) pointers: Vec<String>,
    /// Whether some of them were omitted, not cleared with `null`.
    pub(super) has_omitted: bool,
}

impl Remaining {
    /// Compares a field before the update, in the update and in the response.
    ///
    /// `holder` is the owner of the object that has the field. What is left is replaced by `null`
    /// in the response.
    pub(super) fn find(
        &mut self,
        (at, field, holder): (&str, &str, Owner),
        before: Option<&Value>,
        sent: &Value,
        response: Option<&mut Value>,
    ) {
        let Some(response) = response else { return };
        let at = pointer(at, field);
        match (sent, response) {
            (Value::Null, response) if is_left(before, response, holder) => {
                self.pointers.push(at);
                *response = Value::Null;
            }
            (Value::Object(sent), Value::Object(response)) => {
                let empty = Map::new();
                let before = before.and_then(Value::as_object).unwrap_or(&empty);
                let owner = holder.within(field);
                for (member, sent) in sent {
                    let (old, new) = (before.get(member), response.get_mut(member));
                    self.find((&at, member, owner), old, sent, new);
                }
                for member in before.keys().filter(|member| !sent.contains_key(*member)) {
                    if let Some(left) = response.get_mut(member) {
                        self.pointers.push(pointer(&at, member));
                        self.has_omitted = true;
                        *left = Value::Null;
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the response still has what `null` was to clear.
///
/// The service may replace what it cleared by a default, such as `false` for a consent.
fn is_left(before: Option<&Value>, response: &Value, owner: Owner) -> bool {
    let has_changed = before != Some(response);
    match owner {
        Owner::Application => !has_changed && !response.is_null(),
        Owner::Service => !has_changed && !is_empty(response),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(fact) => !fact,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Number(_) => false,
    }
}

/// Appends a member to a JSON pointer (RFC 6901).
fn pointer(at: &str, member: &str) -> String {
    format!("{at}/{}", member.replace('~', "~0").replace('/', "~1"))
}

/// Fields whose objects have the members that the API defines (documented).
///
/// A field that is not listed here is treated as the application's, which is always safe.
const SERVICE_OBJECTS: &[&str] = &[
    "consents",
    "customerGroupInfo",
    "customerSupport",
    "domicile",
    "general",
    "meta",
    "name",
    "place_of_birth",
    "sales",
    "service",
    "strongIdentification",
    "studentInfo",
];
