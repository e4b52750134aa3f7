//! Users, by username, and messages.

use std::collections::HashMap;
use std::time::SystemTime;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use trivore_bench::{Result, body};
use trivore_models::{Expression, Filter, FilterValue, Invite, Operator};

/// Users and messages. Several users may have the same username, so that one who is created twice is
/// seen.
#[derive(Default)]
pub(crate) struct Accounts {
    users: Vec<Map<String, Value>>,
    by_username: HashMap<String, Vec<usize>>,
    /// Recipients of the messages.
    messages: Vec<String>,
}

impl Accounts {
    /// Creates a user from the body of a request, and returns the body of the response.
    ///
    /// # Errors
    ///
    /// It is not a user with a username.
    pub(crate) fn create(&mut self, body: &[u8]) -> Result<Value> {
        let mut user: Map<String, Value> = serde_json::from_slice(body)?;
        let username = user.get("username").and_then(Value::as_str).ok_or("no username")?;
        let number = self.users.len();
        self.by_username.entry(username.to_owned()).or_default().push(number);
        user.remove("password");
        user.insert("id".to_owned(), body::id(number).into());
        let now = OffsetDateTime::from(now()).format(&Rfc3339)?;
        user.insert("meta".to_owned(), json!({"created": now, "lastModified": now}));
        self.users.push(user.clone());
        Ok(Value::Object(user))
    }

    /// Returns the page of the users with a username.
    ///
    /// # Errors
    ///
    /// The filter does not ask for a username.
    pub(crate) fn find(&self, filter: &str) -> Result<Value> {
        let filter = Filter::parse(filter)?;
        let username = username(&filter).ok_or("only usernames can be looked up")?;
        let numbers = self.by_username.get(username).map(Vec::as_slice).unwrap_or_default();
        let users: Vec<_> = numbers.iter().filter_map(|number| self.users.get(*number)).collect();
        Ok(json!({
            "totalResults": users.len(), "startIndex": 0, "itemsPerPage": 100, "resources": users,
        }))
    }

    /// Sends a message to each recipient of an invitation.
    ///
    /// # Errors
    ///
    /// The body is not an invitation.
    pub(crate) fn invite(&mut self, body: &[u8]) -> Result<Value> {
        let invite: Invite = serde_json::from_slice(body)?;
        self.messages.extend(invite.emails);
        Ok(json!({}))
    }

    /// Returns the usernames of all users.
    pub(crate) fn usernames(&self) -> impl Iterator<Item = &str> {
        self.users.iter().filter_map(|user| user.get("username").and_then(Value::as_str))
    }

    /// Returns the recipients of all messages.
    pub(crate) fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Returns the number of users.
    pub(crate) fn count(&self) -> usize {
        self.users.len()
    }
}

/// Returns the username that a filter asks for.
fn username(filter: &Filter) -> Option<&str> {
    match filter.expression() {
        Expression::And(filters) => filters.iter().find_map(username),
        Expression::Compare {
            attribute: "username",
            operator: Operator::Eq,
            value: FilterValue::Text(name),
        } => Some(name),
        _ => None,
    }
}

#[expect(clippy::disallowed_methods, reason = "users have the time of their creation")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_who_is_created_twice_is_there_twice() {
        let mut accounts = Accounts::default();
        for name in ["maija", "matti", "maija"] {
            accounts.create(json!({"username": name}).to_string().as_bytes()).unwrap();
        }

        let found = |name: &str| {
            let filter = Filter::eq("nsCode", "customers").and(Filter::eq("username", name));
            accounts.find(&filter.render().unwrap()).unwrap()["totalResults"].clone()
        };
        assert_eq!(["maija", "matti", "liisa"].map(found), [2, 1, 0]);
        assert!(accounts.find("locked eq true").is_err());
        assert!(accounts.usernames().eq(["maija", "matti", "maija"]));
    }
}
