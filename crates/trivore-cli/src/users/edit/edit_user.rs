//! `trivore users edit`.

use std::pin::pin;

use clap::Args;
use futures_util::future::{Either, select};
use trivore::models::{User, UserId};
use trivore::users::ChangedMeanwhile;

use super::edited_text::EditedText;
use super::editor::Editor;
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;
use crate::users::UserArgument;
use crate::users::editing::{check_change_columns, document_of, write_changes};

/// Changes a user in an editor.
///
/// The fields of the user that can be changed are opened as JSON in the editor that the variable
/// VISUAL or EDITOR names. After you have closed it, only what you have changed is sent; a field that
/// you have removed is cleared. If someone else has changed the user meanwhile, nothing is sent.
///
/// If the text is no valid user, you can edit it again. If the change fails, the text is kept in a
/// file, which the message names.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users edit customers/jane
  EDITOR='code --wait' trivore users edit jane@example.com")]
pub(crate) struct Edit {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Accept fields that this version does not know.
    #[arg(long)]
    allow_unknown: bool,
}

impl Edit {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        check_change_columns(context)?;
        let editor = Editor::from_env(context.is_interactive())?;
        let connection = context.connect()?;
        let user = self.user.user(&connection).await?;
        let id = crate::users::user_argument::id_of(&user)?;
        let text = EditedText::of(user)?;
        // Ctrl-C is for the editor while it runs; otherwise, it would leave the file behind.
        let _for_editor = Interrupt::listen(|| {});
        let edited = loop {
            if let Err(failure) = editor.edit(text.path()) {
                return Err(text.kept_after(failure));
            }
            match text.edited(self.allow_unknown) {
                Ok(Some(edited)) => break edited,
                Ok(None) => return unchanged(context),
                Err(failure) if context.is_interactive() => {
                    let _exit_code = failure.report();
                    match ask_again(context).await {
                        Ok(true) => {}
                        Ok(false) => {
                            let failure = Failure::usage("nothing was changed");
                            return Err(text.kept_after(failure));
                        }
                        Err(failure) => return Err(text.kept_after(failure)),
                    }
                }
                Err(failure) => return Err(text.kept_after(failure)),
            }
        };
        // Those of the time when the editor was running were for the editor.
        let interrupt = Interrupt::listen(|| {});
        let write = Box::pin(write(&connection, &id, text.original(), &edited));
        let written = interrupt.unless_interrupted(write).await;
        match written {
            Ok(after) => {
                let before = document_of(text.original())?;
                write_changes(context, &before, &document_of(&edited)?, &document_of(&after)?)
            }
            Err(failure) if failure.kind() == FailureKind::Interrupted => {
                Err(text.kept_after(failure.note("The change may have been applied.")))
            }
            Err(failure) => Err(text.kept_after(failure)),
        }
    }
}

/// Says that there was nothing to change.
fn unchanged(context: &Context) -> Result<(), Failure> {
    let same = serde_json::Value::Null;
    write_changes(context, &same, &same, &same)
}

/// Asks whether to edit the text again; Ctrl-C is a failure.
async fn ask_again(context: &Context) -> Result<bool, Failure> {
    let context = Context::new(context.global.clone());
    let (sender, answer) = tokio::sync::oneshot::channel();
    let interrupt = Interrupt::listen(|| {});
    // A thread that reads cannot be stopped, but it does not keep the program from ending.
    std::thread::spawn(move || {
        drop(sender.send(context.confirm("Edit the file again?", "a terminal")));
    });
    match select(answer, pin!(interrupt.first())).await {
        Either::Left((Ok(answer), _)) => answer,
        Either::Left((Err(_), _)) => Ok(false),
        Either::Right(_) => Err(Failure::new(FailureKind::Interrupted, "interrupted")),
    }
}

/// Writes what was edited, unless the user is another one than the one that was edited.
async fn write(
    connection: &Connection,
    id: &UserId,
    original: &User,
    edited: &User,
) -> Result<User, Failure> {
    let mut is_same = true;
    let change = |user: &mut User| {
        is_same = user == original;
        if is_same {
            user.clone_from(edited);
        }
    };
    match connection.users().modify_if_unchanged(id, change).await {
        Ok(after) if is_same => Ok(after),
        Ok(_) => Err(changed_meanwhile("someone else changed the user while you edited it")),
        Err(error) if ChangedMeanwhile::of(&error).is_some() && !error.may_have_been_applied() => {
            Err(changed_meanwhile(&error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

fn changed_meanwhile(message: &str) -> Failure {
    Failure::new(FailureKind::Refused, message).note("Nothing was changed: edit the user anew.")
}
