//! `trivore users password check`.

use clap::Args;

use super::password_input::PasswordInput;
use super::rules::{RuleOutcome, check_rules};
use super::secret_input::SecretInput;
use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;

/// Checks a password against the requirements of a user, without sending it.
///
/// The result has a row for each rule that is in force: `followed`, `violated`, or `unclear` if only
/// the service can tell, as for earlier passwords. If a rule is violated, the exit code is 2.
///
/// The password is asked for without echo, or read from a file or standard input.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users password check customers/jane
  pass show jane | trivore users password check customers/jane --stdin")]
pub(crate) struct CheckPassword {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    #[command(flatten)]
    password: PasswordInput,
}

impl CheckPassword {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&COLUMNS)?;
        let source = self.password.source();
        if matches!(source, SecretInput::Prompt) && !context.is_interactive() {
            return Err(no_terminal());
        }
        let is_asked = matches!(source, SecretInput::Prompt);
        let given = if is_asked { None } else { Some(source.read("password")?) };
        let connection = context.connect()?;
        let user = self.user.user(&connection).await?;
        let id = crate::users::user_argument::id_of(&user)?;
        let requirements = connection.users().password_requirements(&id).await?;
        let username = user.username.as_deref().unwrap_or_default();
        let password = match given {
            Some(password) => password,
            None => source.read("password")?,
        };
        let rules = check_rules(&requirements, &password, username);
        let output = context.output();
        let mut rows = output.rows(&COLUMNS);
        for rule in &rules {
            rows.add(rule)?;
        }
        rows.finish()?;
        if rules.iter().any(RuleOutcome::is_violated) {
            return Err(violation(&rules));
        }
        Ok(())
    }
}

pub(super) fn no_terminal() -> Failure {
    Failure::usage("there is no terminal to ask for the password on")
        .note("Give it with --stdin, or in a file with --password-from.")
}

/// Says which rules a password violates.
pub(super) fn violation(rules: &[RuleOutcome]) -> Failure {
    let violated = rules.iter().filter(|rule| rule.is_violated());
    violated.fold(Failure::usage("the password violates the requirements"), |failure, rule| {
        failure.note(format!("Required: {}", rule.requirement))
    })
}

const COLUMNS: [&str; 3] = ["rule", "requirement", "outcome"];
