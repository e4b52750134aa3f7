//! Names of roles, permissions and groups that do not exist.

use serde_json::Value;
use trivore::Error;
use trivore::transport::{Call, Operation};

use crate::connection::Connection;
use crate::failure::{Failure, FailureKind};
use crate::nearest::nearest;

/// Says that something does not exist, and what was probably meant.
pub(super) fn unknown<'a>(
    what: &str,
    name: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Failure {
    let meant = nearest(name, names).map(|name| format!("; did you mean {name}?"));
    let message = format!("there is no {what} {name}{}", meant.unwrap_or_default());
    Failure::new(FailureKind::NotFound, message)
}

/// Returns why a change was refused: if one of the identifiers does not exist, which.
pub(super) async fn refused<T: AsRef<str>>(
    connection: &Connection,
    what: &str,
    list: &Operation,
    given: &[T],
    error: Error,
) -> Failure {
    if !error.is_bad_request() && !error.is_not_found() {
        return error.into();
    }
    // Without the list, the service's own words say most.
    let Ok(known) = connection.client().send(Call::<Value>::of(list, &[])).await else {
        return error.into();
    };
    let known = known.as_array().into_iter().flatten();
    let known: Vec<_> = known.filter_map(|it| it["id"].as_str()).collect();
    match given.iter().find(|id| !known.contains(&id.as_ref())) {
        Some(id) if !known.is_empty() => unknown(what, id.as_ref(), known),
        _ => error.into(),
    }
}
