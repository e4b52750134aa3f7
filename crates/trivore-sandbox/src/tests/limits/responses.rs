//! Tests of responses that clients do not read.

use crate::tests::faults::raw::{create, open, send};
use crate::{Fault, Sandbox};

#[tokio::test]
async fn responses_that_nobody_reads_are_limited_in_sum() {
    const LARGE: u64 = 100 << 20;
    let sandbox = Sandbox::start().await.unwrap();
    let fault = sandbox.inject(Fault::oversized_body(LARGE).route("/user")).unwrap();
    let mut unread = Vec::new();
    for number in 1..=3 {
        unread.push(open(&sandbox, "GET", "/api/rest/v1/user", "", "close").await);
        assert!(fault.reached(number).await);
    }
    sandbox.clear_faults();

    let refused = create(&sandbox).await;
    assert_eq!((refused.status(), refused.header("retry-after")), (503, Some("1")));
    assert!(sandbox.ledger().is_empty(), "a refused request is not applied");
    drop(unread);
    let mut status = 503;
    while status == 503 {
        tokio::task::yield_now().await;
        status = send(&sandbox, "GET", "/user", "").await.status();
    }
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_limit_on_responses_leaves_the_sandbox_reachable() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..3 {
        assert_eq!(create(&sandbox).await.status(), 201);
    }
    assert_eq!(sandbox.shared().responses().held_bytes(), 0);
}
