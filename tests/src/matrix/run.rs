//! Runs all cells, several of them concurrently.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use tokio::task::JoinError;

use super::judge::judge;
use super::{Matrix, Times, Verdict, cell, scenarios};
use crate::operations::Case;

/// Runs the whole matrix, with a row for each of these operations.
///
/// # Panics
///
/// A cell panicked.
pub async fn run(cases: &'static [Case]) -> Matrix {
    let scenarios = scenarios();
    let healthy = cases
        .iter()
        .map(|case| tokio::spawn(async move { (case.name(), cell::healthy(cases, case).await) }));
    let healthy = stream::iter(healthy).buffer_unordered(AT_WORK).map(unwrapped);
    let healthy: Arc<HashMap<_, _>> = Arc::new(healthy.collect().await);

    // Cells that wait for a timeout run separately with a higher concurrency: they need little CPU,
    // and a busy machine would delay them.
    let (mut silent, mut others) = (Vec::new(), Vec::new());
    for (row, case) in cases.iter().enumerate() {
        for (column, scenario) in scenarios.iter().enumerate() {
            for times in [Times::Once, Times::Always] {
                let cell = ((row, column, times), case, scenario.clone());
                if scenario.is_silent { silent.push(cell) } else { others.push(cell) }
            }
        }
    }
    let mut verdicts = HashMap::new();
    for (cells, concurrency) in [(others, AT_WORK), (silent, WAITING)] {
        let judged = cells.into_iter().map(|((row, column, times), case, scenario)| {
            let healthy = Arc::clone(&healthy);
            async move {
                let task = tokio::spawn(async move {
                    let seen = cell::observe(cases, case, &scenario, times).await;
                    judge(case, &scenario, times, &seen, &healthy[case.name()])
                });
                ((row, column, times), unwrapped(task.await))
            }
        });
        let judged: Vec<((usize, usize, Times), Verdict)> =
            stream::iter(judged).buffer_unordered(concurrency).collect().await;
        verdicts.extend(judged);
    }
    Matrix::new(cases, scenarios, verdicts)
}

/// Propagates the panic of a cell.
fn unwrapped<T>(result: Result<T, JoinError>) -> T {
    result.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Number of concurrent cells that use the CPU.
const AT_WORK: usize = 24;
/// Number of concurrent cells that mostly wait for a timeout.
const WAITING: usize = 48;
