//! The argument that names a user.

use std::fmt;
use std::str::FromStr;

use trivore::models::{Filter, PageRequest, User, UserId};

use crate::connection::Connection;
use crate::failure::{Failure, FailureKind};
use crate::object_id::is_object_id;

/// A user, named by its identifier, by its user name with or without a namespace, or by an e-mail
/// address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UserArgument {
    Id(UserId),
    InNamespace {
        namespace: String,
        username: String,
    },
    /// A user name or an e-mail address.
    Name(String),
}

impl FromStr for UserArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            _ if is_object_id(text) => Ok(Self::Id(text.into())),
            Some((namespace, username)) if !namespace.is_empty() && !username.is_empty() => {
                Ok(Self::InNamespace { namespace: namespace.into(), username: username.into() })
            }
            None if !text.is_empty() => Ok(Self::Name(text.to_owned())),
            _ => {
                Err("expected an identifier, NAMESPACE/USERNAME, a user name or an e-mail address")
            }
        }
    }
}

impl fmt::Display for UserArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::InNamespace { namespace, username } => write!(f, "{namespace}/{username}"),
            Self::Name(name) => write!(f, "{name}"),
        }
    }
}

impl UserArgument {
    /// Returns the identifier of the user; only a name is looked up.
    pub(crate) async fn id(&self, connection: &Connection) -> Result<UserId, Failure> {
        match self {
            Self::Id(id) => Ok(id.clone()),
            _ => id_of(&self.look_up(connection).await?),
        }
    }

    /// Reads the user.
    pub(crate) async fn user(&self, connection: &Connection) -> Result<User, Failure> {
        match self {
            Self::Id(id) => Ok(connection.users().get(id).await?),
            _ => self.look_up(connection).await,
        }
    }

    async fn look_up(&self, connection: &Connection) -> Result<User, Failure> {
        let request = PageRequest::new().count(MOST_CANDIDATES).filter(self.filter(connection));
        let page = connection.users().list(&request).await?;
        let total = page.total_results.unwrap_or_default();
        let mut users: Vec<_> = page.into_iter().collect();
        if let Some(meant) = users.iter().position(|user| self.is_exactly(user)) {
            return Ok(users.swap_remove(meant));
        }
        let (Some(user), is_only) = (users.pop(), users.is_empty()) else {
            let message = format!("there is no user {self}");
            return Err(Failure::new(FailureKind::NotFound, message));
        };
        if is_only {
            return Ok(user);
        }
        users.push(user);
        let mut failure =
            Failure::new(FailureKind::NotFound, format!("several users are named {self}"));
        for candidate in &users {
            failure = failure.note(described(candidate));
        }
        let others = total.saturating_sub(users.len().try_into().unwrap_or(u64::MAX));
        if others > 0 {
            failure = failure.note(format!("and {others} more"));
        }
        Err(failure.note("Name one by its identifier, or as NAMESPACE/USERNAME."))
    }

    /// Whether a user is the one of the namespace and name, which is unique.
    fn is_exactly(&self, user: &User) -> bool {
        let Self::InNamespace { namespace, username } = self else { return false };
        user.namespace_code.as_ref().is_some_and(|code| code.as_str() == namespace)
            && user.username.as_ref() == Some(username)
    }

    fn filter(&self, connection: &Connection) -> Filter {
        let named = |name: &str| Filter::eq("username", name);
        match self {
            Self::Id(id) => Filter::eq("id", id.as_str()),
            // A user name and an e-mail address may have a slash, too.
            Self::InNamespace { namespace, username } => Filter::eq("nsCode", namespace.as_str())
                .and(named(username))
                .or(by_name(&self.to_string(), connection)),
            Self::Name(name) => by_name(name, connection),
        }
    }
}

/// Users with a user name or an e-mail address, in the namespace of the connection if it has one.
fn by_name(name: &str, connection: &Connection) -> Filter {
    let mut named = Filter::eq("username", name);
    if name.contains('@') {
        named = named.or(Filter::eq("emails.address", name));
    }
    match connection.namespace() {
        Some(code) => Filter::eq("nsCode", code.as_str()).and(named),
        None => named,
    }
}

/// Returns the identifier of a user that the service returned.
pub(crate) fn id_of(user: &User) -> Result<UserId, Failure> {
    user.id.clone().ok_or_else(|| {
        Failure::new(FailureKind::Unavailable, "the service returned a user without an identifier")
    })
}

/// Identifier, namespace, user name and e-mail addresses of a user.
pub(super) fn described(user: &User) -> String {
    let id = user.id.as_ref().map_or("?", |id| id.as_str());
    let namespace = user.namespace_code.as_ref().map_or("?", |code| code.as_str());
    let username = user.username.as_deref().unwrap_or("?");
    let emails = user.emails().iter().filter_map(|email| email.address.as_deref());
    let emails: Vec<_> = emails.collect();
    format!("{id}  {namespace}/{username}  {}", emails.join(", ")).trim_end().to_owned()
}

/// How many candidates an error lists.
const MOST_CANDIDATES: u32 = 10;

#[cfg(test)]
mod tests {
    use super::UserArgument;

    #[test]
    fn users_are_named_in_four_ways() {
        let in_namespace = |namespace: &str, username: &str| UserArgument::InNamespace {
            namespace: namespace.into(),
            username: username.into(),
        };
        for (text, expected) in [
            ("5b0cfba4e2bb230ff8b535e6", Ok(UserArgument::Id("5b0cfba4e2bb230ff8b535e6".into()))),
            ("customers/jane", Ok(in_namespace("customers", "jane"))),
            ("customers/a/b", Ok(in_namespace("customers", "a/b"))),
            ("jane", Ok(UserArgument::Name("jane".into()))),
            ("jane@example.com", Ok(UserArgument::Name("jane@example.com".into()))),
            ("", Err(())),
            ("/jane", Err(())),
            ("customers/", Err(())),
        ] {
            assert_eq!(text.parse::<UserArgument>().map_err(|_message| ()), expected, "{text}");
        }
    }
}
