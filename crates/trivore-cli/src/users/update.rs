//! `trivore users update`.

use clap::Args;
use trivore::models::User;

use super::UserArgument;
use super::editing::{FieldEdits, check_change_columns, document_of, write_changes};
use crate::context::Context;
use crate::failure::Failure;

/// Changes fields of a user.
///
/// Only what changes is sent. Fields are named by their JSON names with dots, as `users get --output
/// json` shows them; a number selects an element of a list. A value after = is text; after := it is
/// JSON, as for numbers, true, false and lists. A file is merged: objects are merged, lists are
/// replaced, and null clears a field.
///
/// The result has a row for each changed field, with its values before and after.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users update customers/jane --set name.givenName=Jane --set locale=fi
  trivore users update jane@example.com --set 'emails:=[{\"address\": \"jane@example.org\"}]'
  trivore users update jane --set mobiles.0.number=+358401234567 --unset nickName
  trivore users update jane --file changes.json")]
pub(crate) struct Update {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    #[command(flatten)]
    edits: FieldEdits,
    /// Clear a field, by its JSON name with dots.
    #[arg(long = "unset", short = 'u', value_name = "FIELD")]
    removals: Vec<String>,
}

impl Update {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        check_change_columns(context)?;
        let edits = self.edits.read(self.removals)?;
        if edits.is_empty() {
            return Err(Failure::usage("there is nothing to change")
                .note("Say what to change with --set, --unset or --file."));
        }
        if edits.file_has("password") {
            return Err(Failure::usage("`update` cannot change a password")
                .note("Use `trivore users password set`."));
        }
        if edits.assigns("nsCode") {
            return Err(cannot_move());
        }
        edits.check()?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let (mut before, mut wanted) = (User::new(), User::new());
        let mut invalid = None;
        let change = |user: &mut User| {
            before = user.clone();
            match edits.applied_to(user) {
                Ok(edited) if edited.namespace_code != user.namespace_code => {
                    invalid = Some(cannot_move());
                }
                Ok(edited) => {
                    wanted = edited.clone();
                    *user = edited;
                }
                Err(failure) => invalid = Some(failure),
            }
        };
        let after = connection.users().modify(&id, change).await?;
        if let Some(failure) = invalid {
            return Err(failure);
        }
        let (before, after) = (document_of(&before)?, document_of(&after)?);
        write_changes(context, &before, &document_of(&wanted)?, &after)
    }
}

/// Why the namespace cannot be changed like another field.
pub(super) fn cannot_move() -> Failure {
    Failure::usage("`nsCode` cannot be changed like other fields")
        .note("Move a user to another namespace with `trivore users move`.")
}
