//! Copies requests that may have to be retried.

use std::mem;

use bytes::Bytes;
use http::Request;

/// Takes the request and leaves a copy in its place.
///
/// The copy has no spare capacity; the original keeps its capacity for the headers and extensions
/// that inner layers add.
pub(crate) fn take_original(request: &mut Request<Bytes>) -> Request<Bytes> {
    let copy = request.clone();
    mem::replace(request, copy)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{ACCEPT, AUTHORIZATION};

    use super::*;

    #[test]
    fn what_is_added_to_the_original_is_not_in_the_copy() {
        let mut request = Request::post("/x").header(ACCEPT, "a").body(Bytes::from("b")).unwrap();
        request.extensions_mut().insert(1_u8);

        let mut original = take_original(&mut request);
        original.headers_mut().insert(AUTHORIZATION, "secret".parse().unwrap());
        original.extensions_mut().insert(2_u16);

        assert_eq!(request.headers(), &HeaderMap::from_iter([(ACCEPT, "a".parse().unwrap())]));
        assert_eq!(request.extensions().get::<u8>(), original.extensions().get::<u8>());
        assert_eq!(request.extensions().get::<u16>(), None);
        assert_eq!((request.uri(), request.body()), (original.uri(), original.body()));
    }
}
