//! All pages of a list.

use serde::Deserialize;
use serde_json::Value;
use trivore::models::PageRequest;
use trivore::transport::Call;

use super::api::Prepared;
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// The response of a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyList {
    Page(AnyPage),
    /// Some lists have no pages.
    Whole(Vec<Value>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyPage {
    resources: Vec<Value>,
    total_results: Option<u64>,
}

/// Writes the resources of all pages, as they come.
pub(super) async fn write_all(
    context: &Context,
    connection: &Connection,
    prepared: &Prepared,
) -> Result<(), Failure> {
    let mut start = match prepared.query("startIndex") {
        Some(text) => {
            text.parse().map_err(|_error| Failure::usage("startIndex must be a number"))?
        }
        None => 0_u64,
    };
    let output = context.output();
    let mut rows = output.rows(&[]);
    let (mut total, mut last_page) = (None, Vec::new());
    let mut has_changed = false;
    loop {
        let mut call: Call<AnyList> = prepared.call(&["startIndex"]);
        call = call.query("startIndex", &start.to_string());
        if prepared.query("count").is_none() {
            call = call.query("count", &PageRequest::MAX_COUNT.to_string());
        }
        let list = connection.client().send(call).await.map_err(|error| {
            let is_decode = error.is_decode();
            let failure = Failure::from(error);
            if is_decode {
                failure.note("--all is for lists: arrays, or objects with `resources`.")
            } else {
                failure
            }
        })?;
        let page = match list {
            AnyList::Page(page) => page,
            AnyList::Whole(resources) => {
                AnyPage { total_results: Some(start + resources.len() as u64), resources }
            }
        };
        if !page.resources.is_empty() && page.resources == last_page {
            let message = "the service sent the same page again: it ignores startIndex";
            return Err(Failure::new(FailureKind::Unavailable, message));
        }
        has_changed |= total.is_some_and(|total| Some(total) != page.total_results);
        total = page.total_results.or(total);
        for resource in &page.resources {
            rows.add(resource)?;
        }
        start += page.resources.len() as u64;
        let is_empty = page.resources.is_empty();
        last_page = page.resources;
        match total {
            Some(total) if start >= total => break,
            _ if is_empty && total.is_none() => break,
            _ if is_empty => {
                let message = "the list ended before its total said, so it is incomplete";
                return Err(Failure::new(FailureKind::Unavailable, message));
            }
            _ => {}
        }
    }
    rows.finish()?;
    if has_changed {
        context.tell(
            "warning: the list changed while it was read; some resources can be missing, or \
             listed twice",
        );
    }
    Ok(())
}
