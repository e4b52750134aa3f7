//! Looks up a user that may have been moved to another namespace.

use trivore_models::{Filter, NamespaceMigrationOptions, Page, PageRequest, User, UserId};
use trivore_transport::{Call, Result};

use super::call_start::Happened;
use super::{Reconcile, Reconciled};
use crate::accounts::LIST;
use crate::page_call::paged;

impl Reconcile {
    /// Looks up a user that
    /// [`Users::migrate_namespace`](crate::Users::migrate_namespace) was to move.
    ///
    /// If the options keep the identifier, the namespace of the user tells. If they do not, but
    /// set a username, a new user with this name in the target namespace does. With neither, it
    /// cannot be told.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_models::NamespaceMigrationOptions;
    /// use trivore_users::Reconciled;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_namespace(serde_json::json!({"code": "customers"}))?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let options = NamespaceMigrationOptions::new("customers");
    /// let reconcile = users.reconcile(Duration::from_secs(30));
    ///
    /// let reconciled = reconcile.migrate_namespace(&id, &options).await?;
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user could not be read, for another reason than that it does not exist.
    pub async fn migrate_namespace(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<Reconciled<User>> {
        self.repeat(|| async {
            match options.username.as_deref().filter(|name| !name.is_empty()) {
                _ if options.keep_user_id => self.moved(user, options).await,
                Some(username) => self.moved_as(user, username, options).await,
                None => Ok(Reconciled::Unknown),
            }
        })
        .await
    }

    /// Looks at the namespace of a user that keeps its identifier.
    async fn moved(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<Reconciled<User>> {
        match self.users.get(user).await {
            Ok(found) if found.namespace_code.as_ref() == Some(&options.target_namespace_code) => {
                Ok(Reconciled::Applied(found))
            }
            Ok(found) if found.namespace_code.is_some() => Ok(Reconciled::NotApplied),
            Ok(_) => Ok(Reconciled::Unknown),
            // The original may have been deleted before the new user was created.
            Err(error) if error.is_not_found() => Ok(Reconciled::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Looks for a new user with the name.
    async fn moved_as(
        &self,
        original: &UserId,
        username: &str,
        options: &NamespaceMigrationOptions,
    ) -> Result<Reconciled<User>> {
        let named = Filter::eq("nsCode", &options.target_namespace_code)
            .and(Filter::eq("username", username));
        let call = paged(Call::<()>::of(&LIST, &[]), &PageRequest::new().filter(named));
        let (page, start): (Page<User>, _) = self.start.read(&self.users, call).await?;
        let is_named = |user: &User| {
            user.username.as_deref() == Some(username)
                && user.namespace_code.as_ref() == Some(&options.target_namespace_code)
        };
        match page.resources.into_iter().find(is_named) {
            Some(user) => Ok(match start.compare_created(&user) {
                Happened::After => Reconciled::Applied(user),
                Happened::Unclear => Reconciled::Unknown,
                Happened::Before => Reconciled::NotApplied,
            }),
            None => match self.users.get(original).await {
                Ok(_) => Ok(Reconciled::NotApplied),
                Err(error) if error.is_not_found() => Ok(Reconciled::Unknown),
                Err(error) => Err(error),
            },
        }
    }
}
