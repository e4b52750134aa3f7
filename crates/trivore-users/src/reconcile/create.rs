//! Looks up a user that may have been created.

use trivore_models::{Filter, Page, PageRequest, User, UserId};
use trivore_transport::{Call, DecodeError, Error, Result};

use super::call_start::{Happened, ServerStart};
use super::differences::{differences, unknown_groups};
use super::{FoundUser, Reconcile, Reconciled};
use crate::accounts::{LIST, creatable};
use crate::page_call::paged;

/// What became of a call that was to create a user with a username.
///
/// # Examples
///
/// ```
/// use trivore_users::{CreateOutcome, Reconciled};
///
/// assert_eq!(CreateOutcome::NotCreated.reconciled(), Reconciled::NotApplied);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CreateOutcome {
    /// The user exists, is not older than the call, and is as it was to be.
    ///
    /// If another client creates the same user with the same data at the same time, it cannot be
    /// told which of them did, and whose password the user has.
    Created(User),
    /// A user with this name exists, and is not known to be the one that was to be created.
    Found(FoundUser),
    /// No user has this name.
    ///
    /// The call can be repeated: if the service applies the first request after all, a repeated
    /// one fails because the name is taken.
    NotCreated,
}

impl CreateOutcome {
    /// Returns whether the call was applied.
    ///
    /// A user that was found is not the effect of the call if it is older; otherwise, it cannot be
    /// told.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(outcome: trivore_users::CreateOutcome) {
    /// let created = outcome.reconciled().applied();
    /// # drop(created);
    /// # }
    /// ```
    pub fn reconciled(self) -> Reconciled<User> {
        match self {
            Self::Created(user) => Reconciled::Applied(user),
            Self::Found(found) if !found.is_older() => Reconciled::Unknown,
            Self::Found(_) | Self::NotCreated => Reconciled::NotApplied,
        }
    }
}

impl Reconcile {
    /// Looks up a user that [`Users::create`](crate::Users::create) was to create.
    ///
    /// It is looked up by its username and namespace, since a username is unique in its namespace
    /// (documented). Give the user the password that the call sent, or none: a password cannot be
    /// compared.
    ///
    /// A user without `namespace_code` is looked up in all namespaces that the client may read. If
    /// only older users have its name, it cannot be told whether one of them is in the client's
    /// primary namespace, and one of them is returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_models::User;
    /// use trivore_users::CreateOutcome;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// // The program was stopped a minute ago, when it was about to create the user.
    /// let outcome = users.reconcile(Duration::from_secs(60)).create(&user).await?;
    ///
    /// assert_eq!(outcome, CreateOutcome::NotCreated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user has no username; the client lacks the permission `ACCOUNT_VIEW` (documented);
    /// several users have the name, and the namespace is not given.
    pub async fn create(&self, user: &User) -> Result<CreateOutcome> {
        let mut rounds = self.rounds();
        loop {
            let outcome = self.created_now(user).await?;
            if outcome != CreateOutcome::NotCreated || !rounds.wait().await {
                return Ok(outcome);
            }
        }
    }

    /// Looks the user up once.
    pub(super) async fn created_now(&self, user: &User) -> Result<CreateOutcome> {
        let Some(username) = user.username.as_deref().filter(|name| !name.is_empty()) else {
            return Err(Error::input("only a user with a username can be looked up"));
        };
        let mut sent = creatable(user)?;
        sent.password = None;
        let call = paged(Call::<()>::of(&LIST, &[]), &request(username, user));
        let (page, start): (Page<User>, _) = self.start.read(&self.users, call).await?;

        let (received, total) = (page.received(), page.total_results);
        let has_name = |found: &User| {
            let name = found.username.as_deref().unwrap_or_default();
            name.to_lowercase() == username.to_lowercase()
        };
        let is_in_namespace = |found: &User| {
            sent.namespace_code.is_none() || found.namespace_code == sent.namespace_code
        };
        let mut found = Vec::new();
        for user in page.resources {
            if has_name(&user) && is_in_namespace(&user) {
                found.push(self.compare(&sent, user, &start).await?);
            }
        }
        let is_partial = total.is_some_and(|total| total > received);
        if found.is_empty() && is_partial {
            let error = DecodeError::new("totalResults", "only users with the username");
            return Err(error.into_error(&LIST));
        }
        one_of(found)
    }

    /// Returns the fields of which the stored value is not the sent one.
    pub(super) async fn differences(
        &self,
        sent: &User,
        stored: &User,
        id: &UserId,
    ) -> Result<Vec<String>> {
        // The names of groups are read only if they matter.
        let groups = if unknown_groups(sent, stored, &[]).is_empty() {
            Vec::new()
        } else {
            self.users.group_membership(id).await?
        };
        Ok(differences(sent, stored, &groups))
    }

    async fn compare(&self, sent: &User, user: User, start: &ServerStart) -> Result<CreateOutcome> {
        let Some(id) = &user.id else {
            return Err(DecodeError::new("resources.id", "a value").into_error(&LIST));
        };
        let differences = self.differences(sent, &user, id).await?;
        let happened = start.compare_created(&user);
        if happened == Happened::After && differences.is_empty() {
            return Ok(CreateOutcome::Created(user));
        }
        let is_older = happened == Happened::Before;
        Ok(CreateOutcome::Found(FoundUser { user, differences, is_older }))
    }
}

/// Looks for all spellings that the service may have stored.
fn request(username: &str, user: &User) -> PageRequest {
    let spellings = [username.to_owned(), username.to_lowercase()];
    let mut filter = Filter::eq("username", spellings[0].as_str());
    if spellings[0] != spellings[1] {
        filter = filter.or(Filter::eq("username", spellings[1].as_str()));
    }
    if let Some(code) = &user.namespace_code {
        filter = Filter::eq("nsCode", code).and(filter);
    }
    PageRequest::new().count(MOST_NAMESAKES).filter(filter)
}

/// Chooses the user that the call created, or else one that it may have created.
fn one_of(found: Vec<CreateOutcome>) -> Result<CreateOutcome> {
    let rank = |outcome: &CreateOutcome| match outcome {
        CreateOutcome::NotCreated => 0,
        CreateOutcome::Found(found) if found.is_older() => 1,
        CreateOutcome::Found(_) => 2,
        CreateOutcome::Created(_) => 3,
    };
    let best = found.iter().map(rank).max().unwrap_or_default();
    let mut best_ones = found.into_iter().filter(|outcome| rank(outcome) == best);
    let first = best_ones.next().unwrap_or(CreateOutcome::NotCreated);
    if best > 1 && best_ones.next().is_some() {
        return Err(Error::input(
            "several new users have this username; set `namespace_code` to look one up",
        ));
    }
    Ok(first)
}

/// Users with the same name in different namespaces, and in different case.
const MOST_NAMESAKES: u32 = 100;
