//! Changes of a set: what is written, and what that changed.

use trivore_transport::{Error, Result};

/// What a change of a user's groups, roles or permissions did.
///
/// # Examples
///
/// ```
/// # use trivore_transport::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = trivore_sandbox::Sandbox::start().await?;
/// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
/// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
/// # let users = trivore_users::Users::new(client.build()?);
/// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
/// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
/// # let id = id.into();
/// let change = users.add_builtin_roles(&id, &["GROUP_AUDITOR".into(), "ROLE_AUDITOR".into()]).await?;
///
/// assert_eq!(change.added, ["ROLE_AUDITOR".into()]);
/// assert_eq!(change.already, ["GROUP_AUDITOR".into()]);
/// assert_eq!(change.current.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetChange<T> {
    /// All that the user has now.
    pub current: Vec<T>,
    /// What the user has now and did not have before.
    pub added: Vec<T>,
    /// What the user had before and does not have now.
    pub removed: Vec<T>,
    /// What was given and needed no change: it was there before, or was not there to be removed.
    pub already: Vec<T>,
}

impl<T> SetChange<T> {
    /// Whether anything changed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_users::{SetChange, Users};
    /// # async fn example(users: Users) -> trivore_users::Result<()> {
    /// let change = users.set_custom_permissions(&"1".into(), &[]).await?;
    /// if change.has_changed() {
    ///     println!("{} permissions were revoked", change.removed.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn has_changed(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty()
    }
}

/// How given elements change a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetEdit {
    Add,
    Remove,
    Replace,
}

impl SetEdit {
    /// Reads a set and writes what has to be added and removed; both return the whole set.
    pub(crate) async fn apply<T, W>(
        self,
        given: &[T],
        read: impl Future<Output = Result<Vec<T>>>,
        write: impl FnOnce(Vec<T>, Vec<T>) -> W,
    ) -> Result<SetChange<T>>
    where
        T: AsRef<str> + Clone + Ord,
        W: Future<Output = Result<Vec<T>>>,
    {
        check_elements(given)?;
        let plan = SetPlan::new(self, read.await?, given);
        if plan.is_empty() {
            return Ok(plan.unchanged());
        }
        let current = write(plan.add.clone(), plan.remove.clone()).await?;
        plan.changed(current)
    }
}

/// What has to change in a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetPlan<T> {
    pub(crate) before: Vec<T>,
    pub(crate) add: Vec<T>,
    pub(crate) remove: Vec<T>,
    already: Vec<T>,
}

impl<T: AsRef<str> + Clone + Ord> SetPlan<T> {
    /// Compares a set with what was given, ignoring repetitions.
    pub(crate) fn new(edit: SetEdit, before: Vec<T>, given: &[T]) -> Self {
        let given = distinct(given);
        let (there, absent): (Vec<T>, Vec<T>) =
            given.iter().cloned().partition(|element| before.contains(element));
        let (add, remove, already) = match edit {
            SetEdit::Add => (absent, Vec::new(), there),
            SetEdit::Remove => (Vec::new(), there, absent),
            SetEdit::Replace => {
                let others = before.iter().filter(|element| !given.contains(element));
                (absent, others.cloned().collect(), there)
            }
        };
        Self { before, add, remove, already }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// Returns the whole set after the change, in the order of the one before.
    pub(crate) fn after(&self) -> Vec<T> {
        let kept = self.before.iter().filter(|element| !self.remove.contains(element));
        kept.chain(&self.add).cloned().collect()
    }

    /// Returns the result if nothing had to be written.
    pub(crate) fn unchanged(self) -> SetChange<T> {
        SetChange {
            current: self.before,
            added: Vec::new(),
            removed: Vec::new(),
            already: self.already,
        }
    }

    /// Compares the set before with the one that the service returned.
    fn changed(self, current: Vec<T>) -> Result<SetChange<T>> {
        if !is_changed(&current, &self.add, &self.remove) {
            return Err(Error::after_sending(
                "the service did not make the whole change; read what the user has now",
            ));
        }
        Ok(self.difference(current))
    }

    /// Like [`changed`](Self::changed), where what was added may have got another name.
    pub(crate) fn difference(self, current: Vec<T>) -> SetChange<T> {
        let missing = |these: &[T], those: &[T]| {
            these.iter().filter(|element| !those.contains(element)).cloned().collect()
        };
        SetChange {
            added: missing(&current, &self.before),
            removed: missing(&self.before, &current),
            current,
            already: self.already,
        }
    }
}

/// Whether all were added and removed; what is in both lists may be there or not.
pub(crate) fn is_changed<T: PartialEq>(current: &[T], add: &[T], remove: &[T]) -> bool {
    add.iter().all(|it| current.contains(it) || remove.contains(it))
        && remove.iter().all(|it| !current.contains(it) || add.contains(it))
}

/// Rejects what is empty, before anything is sent.
pub(crate) fn check_elements<T: AsRef<str>>(given: &[T]) -> Result<()> {
    if given.iter().any(|element| element.as_ref().is_empty()) {
        return Err(Error::input("an identifier is empty"));
    }
    Ok(())
}

fn distinct<T: Clone + Ord>(given: &[T]) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    given.iter().filter(|element| seen.insert(*element)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use trivore_models::RoleId;

    use super::*;

    fn ids(names: &[&str]) -> Vec<RoleId> {
        names.iter().copied().map(RoleId::from).collect()
    }

    #[test]
    fn a_plan_has_what_is_different() {
        let plan = |edit| SetPlan::new(edit, ids(&["a", "b"]), &ids(&["c", "b", "c", "b"]));

        let add = plan(SetEdit::Add);
        assert_eq!((&add.add, &add.remove, &add.already), (&ids(&["c"]), &ids(&[]), &ids(&["b"])));
        assert_eq!(add.after(), ids(&["a", "b", "c"]));
        let remove = plan(SetEdit::Remove);
        assert_eq!((&remove.add, &remove.remove), (&ids(&[]), &ids(&["b"])));
        assert_eq!((remove.after(), &remove.already), (ids(&["a"]), &ids(&["c"])));
        let replace = plan(SetEdit::Replace);
        assert_eq!((&replace.add, &replace.remove), (&ids(&["c"]), &ids(&["a"])));
        assert_eq!((replace.after(), &replace.already), (ids(&["b", "c"]), &ids(&["b"])));
    }

    #[test]
    fn a_change_is_what_the_service_returns() {
        let plan = || SetPlan::new(SetEdit::Add, ids(&["a"]), &ids(&["b"]));

        // Someone else added `c` and removed `a` meanwhile.
        let change = plan().changed(ids(&["b", "c"])).unwrap();

        assert_eq!((change.added, change.removed), (ids(&["b", "c"]), ids(&["a"])));
        assert!(plan().changed(ids(&["a"])).unwrap_err().may_have_been_applied());
    }
}
