//! Dry runs of the operations: what may be shown of their requests.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_transport::{DryRun, PlannedRequest};

use crate::blocking::Users;

impl Users {
    /// Makes a dry run that shows the requests of these operations without personal data.
    ///
    /// A client with it sends nothing: each request is shown, and its call fails. Shown are the
    /// names of the fields that this version knows, and the values of identifiers, codes and
    /// settings. Other values, the fields of custom fields and other maps, and fields that this
    /// version does not know are hidden.
    ///
    /// An operation that reads before it writes shows its read. To see what it would write, set
    /// what the read returns with [`DryRun::state`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::User;
    /// use trivore::transport::{Client, PlannedRequest};
    /// use trivore::blocking::Users;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut user = User::new();
    /// user.id = Some("5b0cfba4e2bb230ff8b535e6".into());
    /// let dry_run = Users::dry_run(|request| println!("{request}")).state("users.get", &user)?;
    /// let client = Client::builder("https://id.example.com").dry_run(dry_run).build()?;
    /// let users = Users::new(client)?;
    ///
    /// // Prints the read and the write.
    /// let id = "5b0cfba4e2bb230ff8b535e6".into();
    /// let error = users.modify(&id, |user| user.nick_name = Some("M".into())).unwrap_err();
    ///
    /// let write = PlannedRequest::of(&error).expect("it was shown instead of sent");
    /// assert_eq!(write.operation().name, "users.update");
    /// assert!(write.body().contains(r#""nickName": <text>"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(show: impl Fn(&PlannedRequest) + Send + Sync + 'static) -> DryRun {
        trivore_users::Users::dry_run(show)
    }
}
