//! Every operation has a case, and every case succeeds without a fault.

use trivore::users::{Safety, Users};
use trivore_tests::operations::Case;

use crate::operations::{cases, setup};

#[test]
fn every_operation_has_one_case() {
    let operations: Vec<&str> = Users::operations().map(|operation| operation.name).collect();
    let cases: Vec<&str> = cases().iter().map(Case::name).collect();

    assert_eq!(cases, operations);
}

#[tokio::test]
async fn every_case_does_what_it_is_to_do() {
    for case in cases() {
        let setup = setup().await;
        let subject = setup.add_subject().await;
        let users = Users::new(setup.client(case, &subject).build().unwrap());

        let result = case.run(&users, &subject).await;

        let result = result.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        assert!(result.is_done, "{case:?}");
        let operation = case.operation();
        let changes = setup.sandbox().ledger();
        assert_eq!(changes.is_empty(), operation.safety == Safety::Safe, "{case:?} {changes:?}");
        let requests = setup.sandbox().requests();
        assert_eq!(requests.len(), 1, "{case:?}");
        assert_eq!(requests[0].method, operation.method, "{case:?}");
    }
}
