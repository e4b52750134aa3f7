//! Keeping a request that may have to be sent again.

use std::mem;

use bytes::Bytes;
use http::Request;

/// Takes the request and leaves a copy in its place.
///
/// The copy is as small as can be; the original has room for the headers and extensions that
/// are added on its way.
pub(crate) fn take_original(request: &mut Request<Bytes>) -> Request<Bytes> {
    let copy = request.clone();
    mem::replace(request, copy)
}
