//! Whether groups exist, since the service creates those that do not.

use serde::Deserialize;
use trivore::Error;
use trivore::models::{Filter, GroupRef, NamespaceCode, PageRequest};
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

/// Checks that no name of a group is empty.
pub(crate) fn check_names(groups: &[String]) -> Result<(), Failure> {
    if groups.iter().any(|group| group.trim().is_empty()) {
        return Err(Failure::usage("the name of a group is empty"));
    }
    Ok(())
}

/// Checks that all groups exist in a namespace; without one, in any that the client may read.
///
/// # Errors
///
/// There is no such group: says which one was probably meant, and that the option `creates` creates
/// it.
pub(crate) async fn check_groups(
    connection: &Connection,
    namespace: Option<&NamespaceCode>,
    groups: &[GroupRef],
    creates: &str,
) -> Result<(), Failure> {
    let wanted: Vec<_> = groups.iter().map(GroupRef::as_str).collect();
    let named = wanted.iter().map(|text| Filter::eq("name", *text).or(Filter::eq("id", *text)));
    let Some(named) = named.reduce(Filter::or) else { return Ok(()) };
    let found = read(connection, namespace, Some(named)).await;
    let found = found.map_err(|error| unreadable(error, creates))?;
    let missing = wanted.into_iter().find(|text| !found.iter().any(|group| group.is_named(text)));
    let Some(missing) = missing else { return Ok(()) };
    // Without the names, there is no suggestion.
    let all = read(connection, namespace, None).await.unwrap_or_default();
    let failure = unknown("group", missing, all.iter().filter_map(|group| group.name.as_deref()));
    Err(failure.note(format!("The service creates missing groups with {creates}.")))
}

fn unreadable(error: Error, creates: &str) -> Failure {
    let is_forbidden = error.is_forbidden();
    let failure = Failure::from(error).about("cannot find out whether the groups exist");
    if is_forbidden {
        let note = format!("Do without it with {creates}, which lets the service create groups.");
        return failure.note(note);
    }
    failure
}

async fn read(
    connection: &Connection,
    namespace: Option<&NamespaceCode>,
    filter: Option<Filter>,
) -> Result<Vec<Group>, Error> {
    let namespace = namespace.map(|code| Filter::eq("nsCode", code.as_str()));
    let filter = match (namespace, filter) {
        (Some(namespace), Some(filter)) => Some(namespace.and(filter)),
        (namespace, filter) => namespace.or(filter),
    };
    let request = PageRequest::new().count(PageRequest::MAX_COUNT);
    let request = filter.into_iter().fold(request, PageRequest::filter);
    let pairs = request.query_pairs().map_err(Error::input)?;
    let call = Call::<GroupPage>::of(&LIST_GROUPS, &[]);
    let call = pairs.iter().fold(call, |call, (name, value)| call.query(name, value));
    Ok(connection.client().send(call).await?.resources)
}

const LIST_GROUPS: Operation = Operation::get("groups.list", "/api/rest/v1/group");
