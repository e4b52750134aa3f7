//! Whether groups exist, since the service creates those that do not.

use serde::Deserialize;
use trivore::models::{Filter, GroupRef, PageRequest, User};
use trivore::transport::{Call, Operation};

use super::unknown::unknown;
use crate::connection::Connection;
use crate::failure::Failure;

#[derive(Deserialize)]
struct GroupPage {
    resources: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    id: Option<String>,
    name: Option<String>,
}

impl Group {
    fn is_named(&self, text: &str) -> bool {
        self.id.as_deref() == Some(text) || self.name.as_deref() == Some(text)
    }
}

/// Checks that all groups exist in the namespace of a user.
///
/// # Errors
///
/// There is no such group: says which one was probably meant, and how to create it.
pub(super) async fn check_groups(
    connection: &Connection,
    user: &User,
    groups: &[GroupRef],
) -> Result<(), Failure> {
    let member_of = user.member_of.as_deref().unwrap_or_default();
    let others = groups.iter().filter(|group| !member_of.contains(group));
    let others: Vec<_> = others.map(GroupRef::as_str).collect();
    let named = others.iter().map(|text| Filter::eq("name", *text).or(Filter::eq("id", *text)));
    let Some(named) = named.reduce(Filter::or) else { return Ok(()) };
    let found = read(connection, user, Some(named)).await?;
    let missing = others.into_iter().find(|text| !found.iter().any(|group| group.is_named(text)));
    let Some(missing) = missing else { return Ok(()) };
    // Without the names, there is no suggestion.
    let all = read(connection, user, None).await.unwrap_or_default();
    let failure = unknown("group", missing, all.iter().filter_map(|group| group.name.as_deref()));
    Err(failure.note("The service creates missing groups with --create."))
}

/// Reads groups of the namespace of a user.
async fn read(
    connection: &Connection,
    user: &User,
    filter: Option<Filter>,
) -> Result<Vec<Group>, Failure> {
    let namespace = user.namespace_code.as_ref().map(|code| Filter::eq("nsCode", code.as_str()));
    let filter = match (namespace, filter) {
        (Some(namespace), Some(filter)) => Some(namespace.and(filter)),
        (namespace, filter) => namespace.or(filter),
    };
    let request = PageRequest::new().count(PageRequest::MAX_COUNT);
    let request = filter.into_iter().fold(request, PageRequest::filter);
    let pairs = request.query_pairs().map_err(|error| Failure::usage(error.to_string()))?;
    let call = Call::<GroupPage>::of(&LIST_GROUPS, &[]);
    let call = pairs.iter().fold(call, |call, (name, value)| call.query(name, value));
    match connection.client().send(call).await {
        Ok(page) => Ok(page.resources),
        Err(error) => {
            let is_forbidden = error.is_forbidden();
            let failure = Failure::from(error).about("cannot find out whether the groups exist");
            Err(if is_forbidden {
                failure.note("Do without it with --create, which lets the service create groups.")
            } else {
                failure
            })
        }
    }
}

const LIST_GROUPS: Operation = Operation::get("groups.list", "/api/rest/v1/group");
