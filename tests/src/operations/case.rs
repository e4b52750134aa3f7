//! An operation, and a call of it that succeeds in the sandbox.

use std::fmt;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use trivore::Result;
use trivore::users::{Operation, Users};

use super::{Subject, access, accounts, data, identity, verification};

/// An operation, and how to call it.
#[derive(Clone, Copy)]
pub struct Case {
    name: &'static str,
    run: Run,
    needs_user: bool,
}

/// Calls an operation once.
type Run = for<'a> fn(&'a Users, &'a Subject) -> BoxFuture<'a, Result<Answer>>;

/// The result of a call that returned `Ok`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The returned value as JSON; `null` if the operation returns none.
    pub value: Value,
    /// `Debug` output of the input and the returned value, plain and pretty.
    pub shown: String,
    /// Whether the call reports success.
    pub is_done: bool,
}

impl Case {
    pub(super) const fn new(name: &'static str, run: Run) -> Self {
        Self { name, run, needs_user: false }
    }

    /// Marks an operation that requires a user's access token.
    pub(super) const fn for_users(mut self) -> Self {
        self.needs_user = true;
        self
    }

    /// Returns the operation's name, such as `users.get`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the operation.
    pub fn operation(&self) -> &'static Operation {
        Users::operations().find(|operation| operation.name == self.name).unwrap()
    }

    /// Whether the operation requires a user's access token.
    pub(super) fn needs_user(&self) -> bool {
        self.needs_user
    }

    /// Calls the operation once, for a user that has everything the operation needs.
    ///
    /// # Errors
    ///
    /// The operation failed; without a fault, it succeeds.
    pub async fn run(&self, users: &Users, subject: &Subject) -> Result<Answer> {
        (self.run)(users, subject).await
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Answer {
    /// Creates the result of a successful call with its input and returned value.
    pub(super) fn new(
        given: &(dyn fmt::Debug + Sync),
        value: &(impl Serialize + fmt::Debug),
    ) -> Self {
        Self {
            value: serde_json::to_value(value).unwrap(),
            shown: format!("{given:?} {given:#?} {value:?} {value:#?}"),
            is_done: true,
        }
    }

    /// Sets whether the call reports success.
    pub(super) fn done(mut self, is_done: bool) -> Self {
        self.is_done = is_done;
        self
    }
}

/// Returns a case for each operation, in the order of the documentation.
pub fn cases() -> Vec<Case> {
    let all = [accounts::CASES, verification::CASES, data::CASES, identity::CASES, access::CASES];
    let mut cases = all.concat();
    let order: Vec<&str> = Users::operations().map(|operation| operation.name).collect();
    cases.sort_by_key(|case| order.iter().position(|name| *name == case.name));
    cases
}
