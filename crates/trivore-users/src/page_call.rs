//! A call for one page.

use trivore_models::PageRequest;
use trivore_transport::{Call, Error};

/// Adds filter, place and size of a page to a call.
pub(crate) fn paged<T>(call: Call<T>, request: &PageRequest) -> Call<T> {
    match request.query_pairs() {
        Ok(pairs) => pairs.iter().fold(call, |call, (name, value)| call.query(name, value)),
        Err(error) => call.check(Err(Error::input(error))),
    }
}
