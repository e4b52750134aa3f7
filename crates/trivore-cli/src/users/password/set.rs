//! `trivore users password set`.

use std::path::PathBuf;

use clap::Args;
use trivore::models::{Password, PasswordRequirements, UserId};
use trivore::users::PasswordGenerator;

use super::check::{no_terminal, violation};
use super::kept_password::KeptPassword;
use super::password_input::PasswordInput;
use super::rules::{RuleOutcome, check_rules};
use super::secret_input::SecretInput;
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::users::UserArgument;
use crate::users::user_outcome::UserOutcome;

/// Sets the password of a user.
///
/// The password is asked for twice without echo, read from a file or standard input, or generated. It
/// is checked against the requirements before it is sent; if it violates one, nothing is changed and
/// the exit code is 2. The service may refuse it for reasons that only it knows; then, the exit code
/// is 5.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users password set customers/jane
  pass show jane | trivore users password set customers/jane --stdin
  trivore users password set customers/jane --generate --password-file jane.password")]
pub(crate) struct SetPassword {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    #[command(flatten)]
    password: PasswordInput,
    /// Generate a password that satisfies the requirements.
    #[arg(long, requires = "password_file", conflicts_with_all = ["stdin", "password_from"])]
    generate: bool,
    /// Write the generated password to this new file, which only you can read.
    #[arg(long, value_name = "FILE", requires = "generate")]
    password_file: Option<PathBuf>,
}

impl SetPassword {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        UserOutcome::check_columns(context)?;
        let source = self.password.source();
        let is_asked = !self.generate && matches!(source, SecretInput::Prompt);
        if is_asked && !context.is_interactive() {
            return Err(no_terminal());
        }
        let read = || Ok::<_, Failure>(Password::from(source.read_new(context, "password")?));
        let given = if self.generate || is_asked { None } else { Some(read()?) };
        let connection = context.connect()?;
        let user = self.user.user(&connection).await?;
        let id = crate::users::user_argument::id_of(&user)?;
        let username = user.username.as_deref().unwrap_or_default();
        let requirements = requirements(context, &connection, &id).await?;
        let (password, file) = match (given, self.password_file) {
            (None, Some(path)) => {
                let generator = PasswordGenerator::new().satisfying(&requirements);
                let password = generator.avoiding(username).generate()?;
                let file = KeptPassword::create(path, &password)?;
                (password, Some(file))
            }
            (Some(given), _) => (given, None),
            (None, None) => {
                tell_rules(context, &check_rules(&requirements, "", username));
                (read()?, None)
            }
        };
        let rules = check_rules(&requirements, password.expose(), username);
        let result = if rules.iter().any(RuleOutcome::is_violated) {
            Err(violation(&rules))
        } else {
            change(&connection, &id, &password).await
        };
        if let Err(failure) = result {
            return Err(match file {
                Some(file) => file.after(failure),
                None => failure,
            });
        }
        UserOutcome { id: &id, outcome: "changed" }.write(context)?;
        if let Some(file) = file {
            context.tell(format_args!("The password is in {}.", file.path()));
        }
        Ok(())
    }
}

/// Says which rules are in force, before somebody thinks of a password.
fn tell_rules(context: &Context, rules: &[RuleOutcome]) {
    for rule in rules {
        context.tell(format_args!("Required: {}", rule.requirement));
    }
}

/// Reads the requirements; none if the client may not read them, since the service checks, too.
async fn requirements(
    context: &Context,
    connection: &Connection,
    id: &UserId,
) -> Result<PasswordRequirements, Failure> {
    match connection.users().password_requirements(id).await {
        Err(error) if error.is_forbidden() => {
            context.tell("The requirements cannot be read; only the service checks the password.");
            Ok(PasswordRequirements::default())
        }
        result => Ok(result?),
    }
}

async fn change(connection: &Connection, id: &UserId, password: &Password) -> Result<(), Failure> {
    let result = connection.users().change_password(id, password).await?;
    if result.success {
        return Ok(());
    }
    let mut failure = Failure::new(FailureKind::Refused, "the service refused the password");
    for error in result.validation_errors() {
        let words = [error.message.as_deref(), error.code.as_deref()];
        // The service's words must not repeat the secret.
        let words = words.into_iter().flatten().find(|text| !text.contains(password.expose()));
        failure = failure.note(words.unwrap_or("It does not say why."));
    }
    Err(failure)
}
