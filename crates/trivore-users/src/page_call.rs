//! Calls that read one page.

use trivore_models::PageRequest;
use trivore_transport::{Call, Error};

/// Adds the query of a page request to a call.
pub(crate) fn paged<T>(call: Call<T>, request: &PageRequest) -> Call<T> {
    match request.query_pairs() {
        Ok(pairs) => pairs.iter().fold(call, |call, (name, value)| call.query(name, value)),
        Err(error) => call.check(Err(Error::input(error))),
    }
}
