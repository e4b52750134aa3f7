//! Every cell of the matrix passes; `cargo xtask matrix` shows what this test prints.

use crate::operations::cases;

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_survives_every_fault() {
    let matrix = trivore_tests::matrix::run(cases()).await;

    println!("{matrix}");

    let problems = matrix.problems();
    assert!(problems.is_empty(), "{}\n{}", problems.join("\n"), matrix.summary());
}
