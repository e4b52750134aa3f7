//! Every cell of the matrix passes; `cargo xtask matrix` prints it.

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_survives_every_fault() {
    let matrix = trivore_tests::matrix::run().await;

    let problems = matrix.problems();
    assert!(problems.is_empty(), "{}\n{}", problems.join("\n"), matrix.summary());
}
