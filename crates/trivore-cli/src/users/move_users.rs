//! `trivore users move`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tokio::time::Instant;
use trivore::models::{NamespaceMigrationOptions, Password, User, UserId};
use trivore::users::Reconciled;

use super::UserArgument;
use super::password::SecretInput;
use super::several::{Done, Target, check_columns, for_each_user};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Moves users to another namespace.
///
/// The service deletes the original account and creates a new one in the namespace. It keeps
/// everything except the groups, unless you say otherwise. If the identifier is not kept, the
/// result has the new one.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users move customers/jane --to partners
  trivore users move jane --to partners --username jane.roe --keep-groups
  trivore users move jane joe --to archive --drop password,consents --yes")]
pub(crate) struct MoveUsers {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER", required = true)]
    users: Vec<UserArgument>,
    /// Code of the namespace to which the users are moved.
    #[arg(long, value_name = "NAMESPACE")]
    to: String,
    /// User name in the new namespace; the service generates one if there is none.
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Do not keep these parts.
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    drop: Vec<Part>,
    /// Keep the groups, by their names; the service creates those that the namespace lacks.
    #[arg(long)]
    keep_groups: bool,
    /// Set the password in the first line of this file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    password_from: Option<PathBuf>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

/// What a move keeps unless it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The identifier.
    Id,
    /// Names, addresses, legal information, customer groups, date of birth and the like.
    Profile,
    Emails,
    Mobiles,
    Consents,
    CustomFields,
    Password,
}

impl MoveUsers {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        check_columns(context)?;
        if self.to.is_empty() {
            return Err(Failure::usage("the namespace is empty"));
        }
        if self.users.len() > 1 && (self.username.is_some() || self.password_from.is_some()) {
            return Err(Failure::usage("a user name or a password can be given to one user only"));
        }
        if self.username.as_deref() == Some("") {
            return Err(Failure::usage("the user name is empty"));
        }
        let password = match &self.password_from {
            Some(path) => Some(SecretInput::File(path.clone()).read("password")?.into()),
            None => None,
        };
        let names: Vec<_> = self.users.iter().map(ToString::to_string).collect();
        let question = format!("Move {} to the namespace {}?", names.join(", "), self.to);
        if !self.yes && !context.confirm(&question, "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was moved"));
        }
        let connection = &context.connect()?;
        let options = &self.options(password);
        let users: Vec<_> = self.users.iter().map(Target::from).collect();
        for_each_user(context, connection, &users, |id| async move {
            let moved = moved(connection, &id, options).await?;
            let namespace = moved.namespace_code.as_ref().map_or("?", |code| code.as_str());
            let username = moved.username.as_deref().unwrap_or("?");
            let new_id = moved.id.clone().unwrap_or_else(|| id.clone());
            context.tell(format_args!("Moved {id}: now {namespace}/{username} ({new_id})."));
            Ok(Done { id: new_id, outcome: "moved" })
        })
        .await
    }

    fn options(&self, password: Option<Password>) -> NamespaceMigrationOptions {
        let keeps = |part| !self.drop.contains(&part);
        let mut options = NamespaceMigrationOptions::new(self.to.as_str());
        options.keep_user_id = keeps(Part::Id);
        options.keep_profile = keeps(Part::Profile);
        options.keep_emails = keeps(Part::Emails);
        options.keep_mobiles = keeps(Part::Mobiles);
        options.keep_consents = keeps(Part::Consents);
        options.keep_custom_fields = keeps(Part::CustomFields);
        options.keep_password = keeps(Part::Password);
        options.keep_groups = self.keep_groups;
        options.username.clone_from(&self.username);
        options.user_password = password;
        options
    }
}

/// Moves a user, and looks it up if the outcome is unknown.
async fn moved(
    connection: &Connection,
    id: &UserId,
    options: &NamespaceMigrationOptions,
) -> Result<User, Failure> {
    let start = Instant::now();
    let error = match connection.users().migrate_namespace(id, options).await {
        Ok(user) => return Ok(user),
        Err(error) => error,
    };
    if error.may_have_been_applied() {
        let reconcile = connection.users().reconcile(start.elapsed());
        match reconcile.migrate_namespace(id, options).await {
            Ok(Reconciled::Applied(user)) => return Ok(user),
            Ok(Reconciled::NotApplied) => {
                let failure = Failure::from(error);
                return Err(Failure::new(FailureKind::Unavailable, failure.message())
                    .note("The user was not moved: repeat the command."));
            }
            Ok(Reconciled::Unknown) | Err(_) => {}
        }
    }
    Err(error.into())
}
