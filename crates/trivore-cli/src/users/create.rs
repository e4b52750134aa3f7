//! `trivore users create`.

use std::path::PathBuf;

use clap::Args;
use trivore::models::{EmailAddress, Mobile, Password, User};
use trivore::users::{FoundUser, PasswordGenerator};

use super::editing::FieldEdits;
use super::password::{KeptPassword, SecretInput};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::known_secrets::remember_secret;
use crate::output::ResultFields;

/// Creates a user.
///
/// Fields are given by options, by --set with their JSON names, and by a JSON file. All are checked
/// before anything is sent. A user name is unique in its namespace, so a creation whose outcome is
/// unknown is looked up, and repeated if the user is not there.
///
/// Without a password of yours, the user gets a random one, which nobody learns unless you have it
/// written to a file with --password-file.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users create --namespace customers --username jane --email jane@example.com
  trivore users create -n customers --username jane --password-file jane.password \\
    --set name.givenName=Jane --set 'customFields.shoeSize:=38'
  trivore users create --file jane.json --ask-password
  pass show jane | trivore users create --file jane.json --password-from -")]
pub(crate) struct Create {
    /// Code of the namespace [default: the one of the profile or of the client].
    #[arg(long, short, value_name = "CODE")]
    namespace: Option<String>,
    /// User name; by default, the namespace generates one if its policy says so.
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// E-mail address; can be repeated, and the first is the primary one.
    #[arg(long = "email", short, value_name = "ADDRESS")]
    emails: Vec<String>,
    /// Mobile phone number; can be repeated, and the first is the primary one.
    #[arg(long = "mobile", short, value_name = "NUMBER")]
    mobiles: Vec<String>,
    #[command(flatten)]
    edits: FieldEdits,
    /// Generate a password, and write it to this new file, which only you can read.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["password_from", "ask_password"])]
    password_file: Option<PathBuf>,
    /// Length of the generated password.
    #[arg(long, value_name = "CHARACTERS", requires = "password_file")]
    password_length: Option<usize>,
    /// Set the password in the first line of this file; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "ask_password")]
    password_from: Option<PathBuf>,
    /// Ask for the password on the terminal.
    #[arg(long)]
    ask_password: bool,
}

impl Create {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        if self.edits.reads_standard_input() && self.password_from == Some("-".into()) {
            return Err(Failure::usage("standard input cannot be the user and the password"));
        }
        let output = context.output().checked_before_change(ResultFields::of_user())?;
        let connection = context.connect()?;
        let (source, length) = (self.password_source(), self.password_length);
        let file = self.password_file.clone();
        let mut user = self.user(&connection)?;
        let has_password = user.password.is_some();
        user.password.iter().for_each(|password| remember_secret(password.expose()));
        if has_password && (source.is_some() || file.is_some()) {
            return Err(Failure::usage("a password is given twice: in a file and by an option"));
        }
        if let Some(source) = &source {
            user.password = Some(source.read_new(context, "password")?.into());
        }
        let kept = match file {
            Some(path) => {
                let password = generated(&user, length)?;
                let kept = KeptPassword::create(path, &password)?;
                user.password = Some(password);
                Some(kept)
            }
            None => None,
        };
        let created = match send(&connection, &user).await {
            Ok(created) => created,
            Err(failure) => {
                return Err(match kept {
                    Some(kept) => kept.after(failure),
                    None => failure,
                });
            }
        };
        output.object(&created)?;
        match kept {
            Some(kept) => context.tell(format_args!("The password is in {}.", kept.path())),
            None if source.is_none() && !has_password => context.tell(
                "The user has a random password that nobody knows; set one with `trivore users \
                 password set`.",
            ),
            None => {}
        }
        Ok(())
    }

    fn password_source(&self) -> Option<SecretInput> {
        match &self.password_from {
            Some(path) => Some(SecretInput::File(path.clone())),
            None => self.ask_password.then_some(SecretInput::Prompt),
        }
    }

    /// Makes the user of all options, and checks it.
    fn user(self, connection: &Connection) -> Result<User, Failure> {
        let edits = self.edits.read(Vec::new())?;
        let mut user = User::new();
        user.namespace_code = self.namespace.map(Into::into);
        user.username = self.username;
        let emails: Vec<_> = self.emails.iter().map(|it| EmailAddress::new(it)).collect();
        user.emails = (!emails.is_empty()).then_some(emails);
        let mobiles: Vec<_> = self.mobiles.iter().map(|it| Mobile::new(it)).collect();
        user.mobiles = (!mobiles.is_empty()).then_some(mobiles);
        for (field, option, is_given) in [
            ("nsCode", "--namespace", user.namespace_code.is_some()),
            ("username", "--username", user.username.is_some()),
            ("emails", "--email", user.emails.is_some()),
            ("mobiles", "--mobile", user.mobiles.is_some()),
        ] {
            if is_given && (edits.file_has(field) || edits.assigns(field)) {
                return Err(Failure::usage(format!("`{field}` is given twice, once by {option}")));
            }
        }
        if user == User::new() && edits.is_empty() {
            return Err(Failure::usage("there is nothing to create")
                .note("Give at least --namespace, --username or --file."));
        }
        let mut user = edits.applied_to(&user)?;
        user.validate().map_err(|error| Failure::usage(error.to_string()))?;
        if user.username.as_deref() == Some("") {
            return Err(Failure::usage("the user name is empty"));
        }
        if user.namespace_code.is_none() {
            user.namespace_code = connection.namespace().cloned();
        }
        Ok(user)
    }
}

async fn send(connection: &Connection, user: &User) -> Result<User, Failure> {
    let users = connection.users();
    let result = match &user.username {
        Some(_) => users.create_once(user).await,
        None => users.create(user).await,
    };
    let error = match result {
        Ok(created) => return Ok(created.user),
        Err(error) => error,
    };
    let Some(found) = FoundUser::of(&error) else { return Err(error.into()) };
    let id = found.user().id.as_ref().map_or("?", |id| id.as_str()).to_owned();
    let is_older = found.is_older();
    let mut failure: Failure = error.into();
    if is_older {
        failure = Failure::new(FailureKind::Refused, failure.message());
    }
    Err(failure.note(format!("The user with this name: {id}")))
}

fn generated(user: &User, length: Option<usize>) -> Result<Password, Failure> {
    let generator = PasswordGenerator::new().avoiding(user.username.as_deref().unwrap_or_default());
    Ok(match length {
        Some(length) => generator.length(length),
        None => generator,
    }
    .generate()?)
}
