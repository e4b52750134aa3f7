//! `trivore users invite`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use trivore::models::Invite as Invitation;

use super::editing::read_text;
use super::sets::{check_groups, check_names};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Invites people by e-mail to become users.
///
/// Each address gets an e-mail of its own.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users invite jane@example.com joe@example.com --namespace customers
  trivore users invite --file addresses.txt --subject Welcome --group drivers --yes")]
pub(crate) struct Invite {
    /// Addresses to invite.
    #[arg(value_name = "EMAIL")]
    emails: Vec<String>,
    /// Read further addresses from this file, one a line; `-` is standard input.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Namespace of the new users [default: the one of the profile or of the client].
    #[arg(long, short, value_name = "CODE")]
    namespace: Option<String>,
    /// Group of the new users, by name or identifier; can be repeated.
    #[arg(long = "group", short, value_name = "GROUP")]
    groups: Vec<String>,
    /// Create groups that do not exist.
    #[arg(long, requires = "groups")]
    create_groups: bool,
    /// Subject of the e-mail.
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// Text of the e-mail.
    #[arg(long, value_name = "TEXT", conflicts_with = "text_file")]
    text: Option<String>,
    /// File with the text of the e-mail.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// Language of the e-mail, such as fi.
    #[arg(long, value_name = "LANGUAGE")]
    locale: Option<String>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Invite {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&["invited"])?;
        let is_input = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if is_input(&self.file) && is_input(&self.text_file) {
            let message = "standard input cannot be both the addresses and the text";
            return Err(Failure::usage(message));
        }
        check_names(&self.groups)?;
        let emails = self.addresses()?;
        let body_text = match &self.text_file {
            Some(path) => Some(read_text(path)?),
            None => self.text.clone(),
        };
        let count = emails.len();
        let people = if count == 1 { emails[0].clone() } else { format!("{count} people") };
        let connection = context.connect()?;
        let namespace = self.namespace.map(Into::into);
        let groups: Vec<_> = self.groups.iter().map(|group| group.as_str().into()).collect();
        let invitation = Invitation {
            emails,
            namespace_code: namespace.or_else(|| connection.namespace().cloned()),
            groups: (!groups.is_empty()).then_some(groups),
            subject: self.subject,
            body_text,
            locale: self.locale,
        };
        if !self.yes && !context.confirm(&format!("Send an e-mail to {people}?"), "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nobody was invited"));
        }
        if !self.create_groups {
            let groups = invitation.groups.as_deref().unwrap_or_default();
            let namespace = invitation.namespace_code.as_ref();
            check_groups(&connection, namespace, groups, "--create-groups").await?;
        }
        connection.users().invite(&invitation).await?;
        context.output().object(&json!({"invited": invitation.emails}))
    }

    /// The addresses of the arguments and the file, each once.
    fn addresses(&self) -> Result<Vec<String>, Failure> {
        let mut found: Vec<(String, String)> = Vec::new();
        for email in &self.emails {
            found.push((format!("`{email}`"), email.clone()));
        }
        if let Some(path) = &self.file {
            let text = read_text(path)?;
            let lines = text.lines().enumerate();
            let lines = lines.map(|(at, line)| (format!("line {}", at + 1), line.trim()));
            let lines = lines.filter(|(_, line)| !line.is_empty());
            found.extend(lines.map(|(place, line)| (place, line.to_owned())));
        }
        let mut emails = Vec::new();
        for (place, email) in found {
            if !is_address(&email) {
                return Err(Failure::usage(format!("{place} is no e-mail address")));
            }
            if !emails.contains(&email) {
                emails.push(email);
            }
        }
        if emails.is_empty() {
            return Err(Failure::usage("there is no e-mail address to invite"));
        }
        Ok(emails)
    }
}

fn is_address(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let is_complete = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    is_complete && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',')
}
