//! An operation: how to call it, and what the tests need to know of it.

use std::fmt;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use trivore::Result;
use trivore::users::{Operation, Users};

use super::{DataPlace, Entry, Setup, Subject};

/// An operation, with a call that succeeds in the sandbox of a [`Setup`].
///
/// The tests of paths, of leaks and of cancellation, the matrix and the comparison with the
/// vendor's SDK run every case.
#[derive(Clone, Copy)]
pub struct Case {
    name: &'static str,
    run: Run,
    seed: Option<Seed>,
    needs_user: bool,
    secret: Option<&'static str>,
    shows_state: bool,
    places: Option<&'static [DataPlace]>,
    entries: &'static [Entry],
}

/// Calls an operation once.
type Run = for<'a> fn(&'a Users, &'a Subject) -> BoxFuture<'a, Result<CaseResult>>;

/// Adds to the sandbox what an operation needs, and to the subject what its call needs.
type Seed = for<'a> fn(&'a Setup, &'a mut Subject) -> BoxFuture<'a, ()>;

/// The result of a call that returned `Ok`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    /// The returned value as JSON; `null` if the operation returns none.
    pub value: Value,
    /// `Debug` output of the input and the returned value, plain and pretty.
    pub shown: String,
    /// Whether the call reports success.
    pub is_done: bool,
}

impl Case {
    /// Describes an operation by its name, such as `users.get`, and a call of it.
    ///
    /// The call takes the variables of its path from the subject, and its other input contains
    /// marks.
    pub const fn new(name: &'static str, run: Run) -> Self {
        Self {
            name,
            run,
            seed: None,
            needs_user: false,
            secret: None,
            shows_state: false,
            places: None,
            entries: &[],
        }
    }

    /// Sets what must be in the sandbox for the call.
    #[must_use]
    pub const fn seed(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Marks an operation that requires a user's access token.
    #[must_use]
    pub const fn for_users(mut self) -> Self {
        self.needs_user = true;
        self.secret = Some(Subject::TOKEN);
        self
    }

    /// Names the value of the subject that is a secret and that the call sends.
    #[must_use]
    pub const fn sends_secret(mut self, name: &'static str) -> Self {
        self.secret = Some(name);
        self
    }

    /// Marks a read of data that is not part of the user, and that another operation writes.
    ///
    /// The matrix compares what it returns after a call under a fault.
    #[must_use]
    pub const fn shows_state(mut self) -> Self {
        self.shows_state = true;
        self
    }

    /// Sets the places in the body for data that this version does not know.
    #[must_use]
    pub const fn has_places(mut self, places: &'static [DataPlace]) -> Self {
        self.places = Some(places);
        self
    }

    /// Marks a write whose body has no place for data that this version does not know.
    #[must_use]
    pub const fn has_no_places(self) -> Self {
        self.has_places(&[])
    }

    /// Sets the calls that have an entry in the record of the vendor's SDK.
    #[must_use]
    pub const fn recorded(mut self, entries: &'static [Entry]) -> Self {
        self.entries = entries;
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

    /// Returns the calls that have an entry in the record of the vendor's SDK.
    pub fn entries(&self) -> &'static [Entry] {
        self.entries
    }

    /// Returns the places in the body for data that this version does not know, if the case says
    /// which there are.
    pub fn places(&self) -> Option<&'static [DataPlace]> {
        self.places
    }

    /// Whether the operation requires a user's access token.
    pub(super) fn needs_user(&self) -> bool {
        self.needs_user
    }

    /// Returns the secret that the call sends, apart from the API client's and from marks.
    pub fn secret<'a>(&self, subject: &'a Subject) -> Option<&'a str> {
        self.secret.map(|name| subject.value(name))
    }

    /// Whether the operation reads data that is not part of the user and that another one writes.
    pub fn is_state(&self) -> bool {
        self.shows_state
    }

    /// Adds what the operation needs.
    pub(super) async fn prepare(&self, setup: &Setup, subject: &mut Subject) {
        if let Some(seed) = self.seed {
            seed(setup, subject).await;
        }
    }

    /// Calls the operation once, for a user that has everything the operation needs.
    ///
    /// # Errors
    ///
    /// The operation failed; without a fault, it succeeds.
    pub async fn run(&self, users: &Users, subject: &Subject) -> Result<CaseResult> {
        (self.run)(users, subject).await
    }

    /// Makes the call of an entry of the record, and ignores the result.
    pub async fn run_entry(&self, entry: &Entry, users: &Users) {
        let subject = Subject::of_the_record();
        match entry.call() {
            Some(call) => call(users, &subject.id(Subject::USER)).await,
            None => drop(self.run(users, &subject).await),
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl CaseResult {
    /// Creates the result of a successful call with its input and returned value.
    pub fn new(given: &(dyn fmt::Debug + Sync), value: &(impl Serialize + fmt::Debug)) -> Self {
        Self {
            value: serde_json::to_value(value).unwrap(),
            shown: format!("{given:?} {given:#?} {value:?} {value:#?}"),
            is_done: true,
        }
    }

    /// Creates the result of a successful call whose input has no marks.
    pub fn of(value: &(impl Serialize + fmt::Debug)) -> Self {
        Self::new(&(), value)
    }

    /// Sets whether the call reports success.
    #[must_use]
    pub fn done(mut self, is_done: bool) -> Self {
        self.is_done = is_done;
        self
    }
}
