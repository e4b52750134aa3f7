//! Signs users in by name and password, as the policies of their namespaces allow.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::account::Account;
use super::contact::ContactKind;
use super::state::State;
use super::user_index::IndexedField;
use crate::values::clock::after;
use crate::values::document::flag;

impl State {
    /// Signs in the user with this name and password, if there is exactly one, and counts incorrect
    /// passwords.
    ///
    /// The name is a username and, if the policy of the namespace allows it, an e-mail address or a
    /// mobile number. `@nsCode` after it names the namespace.
    pub(crate) fn sign_in(&mut self, name: &str, password: &str) -> Option<String> {
        self.sign_in_to(name, None, password).ok()
    }

    /// Signs in a user as [`sign_in`](Self::sign_in) does, in one namespace or in all, and says why
    /// it failed.
    pub(crate) fn sign_in_to(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        password: &str,
    ) -> Result<String, SignInRefusal> {
        let SignIn { user, incorrect } = self.try_sign_in(name, namespace, password);
        match &user {
            Ok(id) => self.forget_incorrect_passwords(id),
            Err(_) => incorrect.iter().for_each(|id| self.count_incorrect_password(id)),
        }
        user
    }

    /// Returns the user with this name and password, if there is exactly one.
    pub(crate) fn can_sign_in(&self, name: &str, password: &str) -> Option<String> {
        self.try_sign_in(name, None, password).user.ok()
    }

    /// Returns whether a user who signed in before may still use the session.
    pub(crate) fn may_stay_signed_in(&self, id: &str) -> bool {
        let now = self.clock.now();
        self.users.get(id).is_some_and(|account| {
            !account.is_deleted() && !is_locked_out(account, now) && !self.refuses_locked(account)
        })
    }

    /// Returns whether signing in would change what is counted.
    pub(crate) fn counts_sign_in(&self, name: &str, password: &str) -> bool {
        let SignIn { user, incorrect } = self.try_sign_in(name, None, password);
        let has_counted = |id: &String| {
            self.users.get(id).is_some_and(|account| !account.incorrect_passwords.is_empty())
        };
        user.is_ok_and(|id| has_counted(&id)) || !incorrect.is_empty()
    }

    /// Ends the lockout of a user, and forgets incorrect passwords.
    pub(crate) fn forget_incorrect_passwords(&mut self, id: &str) {
        let has_some = |account: &Account| {
            !account.incorrect_passwords.is_empty() || account.locked_out_until.is_some()
        };
        if self.users.get(id).is_some_and(has_some)
            && let Some(mut account) = self.users.edit(id)
        {
            account.forget_incorrect_passwords();
        }
    }

    fn try_sign_in(&self, name: &str, namespace: Option<&str>, password: &str) -> SignIn {
        let now = self.clock.now();
        let named = match namespace {
            Some(code) => {
                let mut found = self.with_sign_in_name(name, namespace);
                // The name may name the namespace as well.
                let short = name.strip_suffix(code).and_then(|name| name.strip_suffix('@'));
                found
                    .extend(short.into_iter().flat_map(|it| self.with_sign_in_name(it, namespace)));
                found
            }
            None => self.named(name),
        };
        let is_locked =
            |account: &Account| is_locked_out(account, now) || self.refuses_locked(account);
        let (locked, mut found): (Vec<&Account>, Vec<&Account>) = named
            .values()
            .filter(|account| account.has_password(password))
            .partition(|account| is_locked(account));
        let incorrect = named.values().filter(|account| {
            !account.has_password(password)
                && !is_locked_out(account, now)
                && self.lockout(account).is_some()
        });
        let first = found.pop();
        let only = first.filter(|_| found.is_empty());
        SignIn {
            incorrect: incorrect.map(|account| account.id().to_owned()).collect(),
            user: match only {
                Some(account) => Ok(account.id().to_owned()),
                None if found.is_empty() && !locked.is_empty() => Err(SignInRefusal::Locked),
                None => Err(SignInRefusal::Wrong),
            },
        }
    }

    fn refuses_locked(&self, account: &Account) -> bool {
        self.rules.locked_refused && is_locked(account)
    }

    fn count_incorrect_password(&mut self, id: &str) {
        let now = self.clock.now();
        let lockout = self.users.get(id).and_then(|account| self.lockout(account));
        let (Some(lockout), Some(mut account)) = (lockout, self.users.edit(id)) else { return };
        let is_recent =
            |time: &Timestamp| lockout.window.is_none_or(|window| after(*time, window) > now);
        account.incorrect_passwords.retain(is_recent);
        account.incorrect_passwords.push(now);
        if account.incorrect_passwords.len() >= lockout.threshold {
            account.incorrect_passwords.clear();
            account.locked_out_until = Some(after(now, lockout.time));
        }
    }

    /// Returns when incorrect passwords lock a user out, if the policy of the namespace says so.
    fn lockout(&self, account: &Account) -> Option<Lockout> {
        let number = |key| {
            let value = self.policy(account.namespace_code(), key).and_then(Value::as_u64);
            value.filter(|value| *value > 0)
        };
        Some(Lockout {
            threshold: usize::try_from(number("incorrectLoginAttemptsThresh")?).ok()?,
            time: Duration::from_secs(number("incorrectLoginLockoutTime")?),
            window: number("incorrectLoginTimeWin").map(Duration::from_secs),
        })
    }

    /// Finds the users that a sign-in name means, by identifier.
    fn named(&self, name: &str) -> BTreeMap<&str, &Account> {
        let mut found = self.with_sign_in_name(name, None);
        if let Some((name, code)) = name.rsplit_once('@') {
            found.extend(self.with_sign_in_name(name, Some(code)));
        }
        found
    }

    fn with_sign_in_name(&self, name: &str, code: Option<&str>) -> BTreeMap<&str, &Account> {
        let fields = [
            (IndexedField::Username, None),
            (ContactKind::Email.indexed(), Some("emailLoginAllowed")),
            (ContactKind::Mobile.indexed(), Some("mobileLoginAllowed")),
        ];
        let mut found = BTreeMap::new();
        for (field, policy) in fields {
            let fits = |account: &&Account| {
                let namespace = account.namespace_code();
                let is_allowed = |policy| {
                    self.policy(namespace, policy).and_then(Value::as_str) == Some("ALLOWED")
                };
                code.is_none_or(|code| code == namespace)
                    && policy.is_none_or(is_allowed)
                    && !account.is_deleted()
            };
            let accounts = self.users.find(field, name).filter(fits);
            found.extend(accounts.map(|account| (account.id(), account)));
        }
        found
    }
}

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInRefusal {
    /// Name and password are right, but the user is locked.
    Locked,
    /// No user has this name and password, or more than one.
    Wrong,
}

/// What an attempt to sign in leads to.
struct SignIn {
    user: Result<String, SignInRefusal>,
    /// Users whose password it is not, and for whom such attempts are counted.
    incorrect: Vec<String>,
}

/// When incorrect passwords lock a user out; the unit of the times, seconds, is inferred.
struct Lockout {
    threshold: usize,
    window: Option<Duration>,
    time: Duration,
}

fn is_locked_out(account: &Account, now: Timestamp) -> bool {
    account.locked_out_until.is_some_and(|until| until > now)
}

fn is_locked(account: &Account) -> bool {
    flag(&account.document(), "locked").unwrap_or(false)
}
