//! What is done with one row.

use std::time::Duration;

use trivore::models::{PageRequest, User};
use trivore::users::{CreateOutcome, Reconciled};
use trivore::{Error, Users};

use super::item::Item;
use super::merge_user::MergedUser;
use super::on_exists::OnExists;
use super::password_file::PasswordFile;
use super::results::{Imported, ResultLine, RowOutcome};
use super::results_file::ResultsFile;
use crate::known_secrets::remember_secret;

/// What is done with one row.
#[derive(Clone)]
pub(super) struct Importer {
    pub(super) users: Users,
    pub(super) on_exists: OnExists,
    pub(super) passwords: Option<PasswordFile>,
    pub(super) results: Option<ResultsFile>,
}

impl Importer {
    /// Imports the row, and keeps its result before it is returned.
    pub(super) async fn import(self, item: Item) -> Result<Imported, Error> {
        let result = self.apply(&item).await;
        match result {
            Ok(imported) => self.done(&item, imported),
            Err(error) if error.may_have_been_applied() => Err(error),
            Err(error) => {
                let line = ResultLine::failed(item.row, &item.key, &error);
                self.keep(&line).map_err(Error::before_sending)?;
                Err(error)
            }
        }
    }

    /// Looks up what became of a row whose outcome is unknown.
    pub(super) async fn look_up(
        self,
        item: Item,
        started_ago: Duration,
    ) -> Result<Reconciled<Imported>, Error> {
        let found = self.users.reconcile(started_ago).create(&item.user).await?;
        Ok(match found {
            CreateOutcome::Created(user) => {
                let imported = Imported::new(RowOutcome::Created, &user);
                Reconciled::Applied(self.done(&item, imported)?)
            }
            // To skip or update it does no harm, whoever has created it.
            CreateOutcome::Found(_) if self.on_exists != OnExists::Fail => Reconciled::NotApplied,
            found => match found.reconciled() {
                Reconciled::Applied(_) | Reconciled::Unknown => Reconciled::Unknown,
                Reconciled::NotApplied => Reconciled::NotApplied,
            },
        })
    }

    /// Finds the user that has the name of the row.
    pub(super) async fn find(&self, item: &Item) -> Result<Option<User>, Error> {
        let Some(filter) = item.filter() else { return Ok(None) };
        let request = PageRequest::new().count(MOST_NAMESAKES).filter(filter);
        let page = self.users.list(&request).await?;
        one_of(page.into_iter().filter(|user| item.is_of(user)))
    }

    async fn apply(&self, item: &Item) -> Result<Imported, Error> {
        if self.on_exists == OnExists::Fail {
            return self.create(item).await;
        }
        if let Some(user) = self.find(item).await? {
            return self.existing(item, user).await;
        }
        match self.create(item).await {
            // Someone else has created the user meanwhile.
            Err(error) if error.is_conflict() => match self.find(item).await? {
                Some(user) => self.existing(item, user).await,
                None => Err(error),
            },
            result => result,
        }
    }

    async fn create(&self, item: &Item) -> Result<Imported, Error> {
        let (Some(passwords), None) = (&self.passwords, &item.user.password) else {
            item.user.password.iter().for_each(|password| remember_secret(password.expose()));
            let created = self.users.create(&item.user).await?;
            return Ok(Imported::new(RowOutcome::Created, &created.user));
        };
        let mut user = item.user.as_ref().clone();
        let attempt = passwords.begin(item).await?;
        remember_secret(attempt.password().expose());
        user.password = Some(attempt.password().clone());
        match self.users.create(&user).await {
            Ok(created) => Ok(Imported::new(RowOutcome::Created, &created.user)),
            Err(error) => {
                if !error.may_have_been_applied() {
                    passwords.take_back(item.row, &attempt);
                }
                Err(error)
            }
        }
    }

    async fn existing(&self, item: &Item, user: User) -> Result<Imported, Error> {
        let Some(id) = user.id.clone().filter(|_| self.on_exists == OnExists::Update) else {
            return Ok(Imported::new(RowOutcome::Skipped, &user));
        };
        let mut outcome = Ok(RowOutcome::Unchanged);
        let change = |user: &mut User| {
            let merged = MergedUser::new(user, &item.document);
            outcome = merged.and_then(|merged| {
                if merged.changes().is_empty() {
                    return Ok(RowOutcome::Unchanged);
                }
                *user = merged.into_user()?;
                Ok(RowOutcome::Updated)
            });
        };
        let user = self.users.modify(&id, change).await?;
        Ok(Imported::new(outcome?, &user))
    }

    /// Keeps the result of a row, before the journal says that it is done.
    fn done(&self, item: &Item, imported: Imported) -> Result<Imported, Error> {
        self.keep(&ResultLine::done(item.row, &item.key, &imported))
            .map_err(Error::after_sending)?;
        if let Some(passwords) = &self.passwords {
            passwords.settle(item.row, imported.outcome == RowOutcome::Created);
        }
        Ok(imported)
    }

    fn keep(&self, line: &ResultLine) -> std::io::Result<()> {
        self.results.as_ref().map_or(Ok(()), |results| results.write(line))
    }
}

/// Returns the only user of several with the same name in different namespaces.
pub(super) fn one_of(mut found: impl Iterator<Item = User>) -> Result<Option<User>, Error> {
    let first = found.next();
    if found.next().is_some() {
        return Err(Error::input(
            "several users have this name; say the namespace in the column nsCode",
        ));
    }
    Ok(first)
}

/// Users with the same name in different namespaces.
const MOST_NAMESAKES: u32 = 100;
