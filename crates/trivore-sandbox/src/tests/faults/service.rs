//! Tests of faults without a network.

use std::io::ErrorKind;

use axum::body::{Body, to_bytes};
use http::Request;
use tower::ServiceExt as _;

use super::raw::sandbox_with;
use crate::Fault;

fn request() -> Request<String> {
    Request::get("/.well-known/openid-configuration").body(String::new()).unwrap()
}

#[tokio::test]
async fn a_connection_that_ends_is_an_error() {
    for (fault, expected) in [
        (Fault::reset_before(), ErrorKind::ConnectionReset),
        (Fault::reset_after_applying(), ErrorKind::ConnectionReset),
        (Fault::close_before(), ErrorKind::UnexpectedEof),
    ] {
        let (sandbox, fault) = sandbox_with(fault).await;
        let error = sandbox.service().oneshot(request()).await.unwrap_err();
        assert_eq!((error.kind(), fault.hits()), (expected, 1));
    }
}

#[tokio::test]
async fn a_cut_body_is_an_error_of_the_body() {
    let (sandbox, _) = sandbox_with(Fault::cut_body(10)).await;

    let response = sandbox.service().oneshot(request()).await.unwrap();

    assert_eq!(response.status(), 200);
    let error = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap_err();
    assert!(format!("{error:?}").contains("UnexpectedEof"), "{error:?}");
}

#[tokio::test]
async fn a_call_without_a_response_ends_with_the_server() {
    let (sandbox, fault) = sandbox_with(Fault::no_response()).await;
    let call = tokio::spawn(sandbox.service().oneshot(request()));
    assert!(fault.reached(1).await);

    sandbox.shutdown().await;

    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::UnexpectedEof);
}
