//! One operation, and how to call it so that a healthy server does what it asks for.

use std::fmt;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use trivore::Result;
use trivore::users::{Operation, Users};

use super::{Subject, access, accounts, data, identity, verification};

/// One operation, and how to call it.
#[derive(Clone, Copy)]
pub struct Case {
    name: &'static str,
    run: Run,
    needs_user: bool,
}

/// Calls an operation once.
type Run = for<'a> fn(&'a Users, &'a Subject) -> BoxFuture<'a, Result<Answer>>;

/// What a call that did not fail came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was read, as JSON; nothing where there is nothing to read.
    pub value: Value,
    /// `Debug` of all that was given and read, in both styles.
    pub shown: String,
    /// Whether the call says that it did what it was asked for.
    pub is_done: bool,
}

impl Case {
    pub(super) const fn new(name: &'static str, run: Run) -> Self {
        Self { name, run, needs_user: false }
    }

    /// The operation is for users with a token of their own.
    pub(super) const fn for_users(mut self) -> Self {
        self.needs_user = true;
        self
    }

    /// The operation's name, such as `users.get`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The operation itself.
    pub fn operation(&self) -> &'static Operation {
        Users::operations().find(|operation| operation.name == self.name).unwrap()
    }

    /// Whether the operation is for users with a token of their own.
    pub(super) fn needs_user(&self) -> bool {
        self.needs_user
    }

    /// Calls the operation once, upon a user that has all that it takes.
    ///
    /// # Errors
    ///
    /// Those of the operation; on a healthy server there is none.
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
    /// The call says that it is done, and answered this to what was given.
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

    /// The call says whether it is done.
    pub(super) fn done(mut self, is_done: bool) -> Self {
        self.is_done = is_done;
        self
    }
}

/// A case for each operation, in the order of the documentation.
pub fn cases() -> Vec<Case> {
    let all = [accounts::CASES, verification::CASES, data::CASES, identity::CASES, access::CASES];
    let mut cases = all.concat();
    let order: Vec<&str> = Users::operations().map(|operation| operation.name).collect();
    cases.sort_by_key(|case| order.iter().position(|name| *name == case.name));
    cases
}
