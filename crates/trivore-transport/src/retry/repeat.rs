//! Copies requests that may have to be retried.

use std::mem;

use bytes::Bytes;
use http::Request;

use crate::call::CallContext;
use crate::message::with_head_of;

/// Takes the request, which gets this context, and leaves a copy in its place.
///
/// The copy has no spare capacity; the original keeps its capacity for the headers and extensions
/// that inner layers add. The copy has the extensions only if there are others than the context,
/// since most calls are not retried, and a map of extensions costs three allocations.
pub(crate) fn take_original(request: &mut Request<Bytes>, context: &CallContext) -> Request<Bytes> {
    let mut copy = with_head_of(request, request.body().clone());
    if request.extensions().len() > 1 {
        copy.extensions_mut().clone_from(request.extensions());
    }
    let mut original = mem::replace(request, copy);
    CallContext::of_mut(&mut original).clone_from(context);
    original
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{ACCEPT, AUTHORIZATION};

    use super::*;
    use crate::call::Operation;

    fn context(name: &'static str) -> CallContext {
        CallContext::new(Operation::get(name, "/x"))
    }

    fn name(request: &Request<Bytes>) -> Option<&'static str> {
        CallContext::of(request)?.operation().map(|operation| operation.name)
    }

    #[test]
    fn what_is_added_to_the_original_is_not_in_the_copy() {
        let mut request = Request::post("/x").header(ACCEPT, "a").body(Bytes::from("b")).unwrap();
        request.extensions_mut().insert(context("a"));
        request.extensions_mut().insert(1_u8);

        let mut original = take_original(&mut request, &context("b"));
        original.headers_mut().insert(AUTHORIZATION, "secret".parse().unwrap());
        original.extensions_mut().insert(2_u16);

        assert_eq!(request.headers(), &HeaderMap::from_iter([(ACCEPT, "a".parse().unwrap())]));
        assert_eq!(request.extensions().get::<u8>(), original.extensions().get::<u8>());
        assert_eq!(request.extensions().get::<u16>(), None);
        assert_eq!((request.uri(), request.body()), (original.uri(), original.body()));
        assert_eq!((request.method(), name(&original)), (original.method(), Some("b")));
    }

    #[test]
    fn each_original_has_the_context() {
        let mut request = Request::default();
        request.extensions_mut().insert(context("a"));

        for _ in 0..3 {
            let original = take_original(&mut request, &context("b"));
            assert_eq!((name(&original), original.extensions().len()), (Some("b"), 1));
        }
    }
}
