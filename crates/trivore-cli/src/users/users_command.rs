//! The commands that `trivore users` has.

use clap::Subcommand;

use super::create::Create;
use super::delete::Delete;
use super::edit::Edit;
use super::enterprise::EnterpriseCommand;
use super::fields::FieldsCommand;
use super::get::Get;
use super::history::History;
use super::identify::Identify;
use super::invite::Invite;
use super::legal::Legal;
use super::list::List;
use super::lock::{Lock, Unlock};
use super::move_users::MoveUsers;
use super::password::PasswordCommand;
use super::sets::{GroupsCommand, PermissionsCommand, RolesCommand};
use super::student::StudentCommand;
use super::update::Update;
use super::verify::VerifyCommand;
use crate::context::Context;
use crate::export::Export;
use crate::failure::Failure;
use crate::import::Import;

#[derive(Subcommand)]
pub(crate) enum UsersCommand {
    List(List),
    Get(Get),
    Create(Create),
    Update(Update),
    Edit(Edit),
    Delete(Delete),
    Lock(Lock),
    Unlock(Unlock),
    Move(MoveUsers),
    Invite(Invite),
    /// Verifies an e-mail address or a mobile phone number.
    #[command(subcommand)]
    Verify(VerifyCommand),
    /// Sets and checks passwords.
    #[command(subcommand)]
    Password(PasswordCommand),
    /// Lists and changes the roles of a user.
    #[command(subcommand)]
    Roles(RolesCommand),
    /// Lists and changes the groups of a user.
    #[command(subcommand)]
    Groups(GroupsCommand),
    /// Lists and changes the permissions of a user.
    #[command(subcommand)]
    Permissions(PermissionsCommand),
    /// Shows and changes the custom fields of a user.
    #[command(subcommand)]
    Fields(FieldsCommand),
    History(History),
    Identify(Identify),
    Legal(Legal),
    /// Shows and sets whether a user is a student.
    #[command(subcommand)]
    Student(StudentCommand),
    /// Shows and changes the data of an organization.
    #[command(subcommand)]
    Enterprise(EnterpriseCommand),
    Export(Export),
    Import(Import),
}

impl UsersCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Get(command) => command.run(context).await,
            Self::Create(command) => command.run(context).await,
            Self::Update(command) => command.run(context).await,
            Self::Edit(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
            Self::Lock(command) => command.run(context).await,
            Self::Unlock(command) => command.run(context).await,
            Self::Move(command) => command.run(context).await,
            Self::Invite(command) => command.run(context).await,
            Self::Verify(command) => command.run(context).await,
            Self::Password(command) => command.run(context).await,
            Self::Roles(command) => command.run(context).await,
            Self::Groups(command) => command.run(context).await,
            Self::Permissions(command) => command.run(context).await,
            Self::Fields(command) => command.run(context).await,
            Self::History(command) => command.run(context).await,
            Self::Identify(command) => command.run(context).await,
            Self::Legal(command) => command.run(context).await,
            Self::Student(command) => command.run(context).await,
            Self::Enterprise(command) => command.run(context).await,
            Self::Export(command) => command.run(context).await,
            Self::Import(command) => command.run(context).await,
        }
    }
}
