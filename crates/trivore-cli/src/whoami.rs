//! `trivore whoami`.

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};
use trivore::models::{PageRequest, PermissionId, UserId};
use trivore::transport::Call;
use trivore::{Error, Users};

use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Shows who the profile is to the service: a user, or a client.
///
/// For a user: identifier, user name, namespace and the permissions in effect, if the user may read
/// them. The service has no request that tells a client's identifier, namespaces or permissions. So
/// for a client, and for a user, too, it is tried whether users can be read, and how many.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore whoami
  trivore whoami --profile production --output json")]
pub(crate) struct WhoAmI {}

/// The shape of the output; `null` is what the service does not say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    /// `user` or `client`.
    kind: &'static str,
    id: Option<UserId>,
    username: Option<String>,
    namespace: Option<String>,
    permissions: Option<Vec<PermissionId>>,
    may_read_users: bool,
    /// How many users can be read.
    readable_users: Option<u64>,
    /// The permission that is missing to read users.
    missing_permission: Option<String>,
}

impl WhoAmI {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&[
            "kind",
            "id",
            "username",
            "namespace",
            "permissions",
            "mayReadUsers",
            "readableUsers",
            "missingPermission",
        ])?;
        let connection = context.connect()?;
        let users = connection.users();
        let claims = claims(users).await?;
        let text = |name: &str| claims.as_ref()?.get(name)?.as_str().map(str::to_owned);
        let id = text("sub").map(UserId::from);
        let permissions = match &id {
            Some(id) => unless_forbidden(users.effective_permissions(id).await)?.ok(),
            None => None,
        };
        let readable = unless_forbidden(users.list(&PageRequest::new().count(1)).await)?
            .map_err(|error| error.missing_permission().map(str::to_owned));
        let (mut username, mut namespace) = (text("preferred_username"), text(NAMESPACE_CLAIM));
        // A token need not have the scope for these claims.
        if let Some(id) = id.as_ref().filter(|_| username.is_none() || namespace.is_none())
            && let Ok(user) = users.get(id).await
        {
            username = username.or(user.username);
            namespace = namespace.or(user.namespace_code.map(|code| code.to_string()));
        }
        let identity = Identity {
            kind: if id.is_some() { "user" } else { "client" },
            username,
            namespace,
            permissions,
            may_read_users: readable.is_ok(),
            readable_users: readable.as_ref().ok().and_then(|page| page.total_results),
            missing_permission: readable.err().flatten(),
            id,
        };
        context.output().object(&identity)
    }
}

/// Reads the claims about the user of an access token; `None` if the credentials are a client's.
async fn claims(users: &Users) -> Result<Option<Map<String, Value>>, Failure> {
    let call = Call::<Map<String, Value>>::get(&["openid", "userinfo"]);
    match users.client().send(call).await {
        Ok(claims) if claims.contains_key("sub") => Ok(Some(claims)),
        Ok(_) => Err(Failure::new(
            FailureKind::Unavailable,
            "the service does not say whose the access token is",
        )),
        // The endpoint accepts only tokens of users.
        Err(error) if error.is_unauthorized() || error.is_forbidden() || error.is_not_found() => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns an error only if it is another one than a refusal.
fn unless_forbidden<T>(result: Result<T, Error>) -> Result<Result<T, Error>, Failure> {
    match result {
        Err(error) if !error.is_forbidden() => Err(error.into()),
        result => Ok(result),
    }
}

/// The claim with the code of the user's namespace (observed).
const NAMESPACE_CLAIM: &str = "https://oneportal.trivore.com/claims/namespace";
