//! The floor, and the SDK's stack over other pools than its own.

use tokio::runtime::Runtime;

use super::{Floor, Question, SdkTyped};
use crate::server::Target;
use crate::{Contender, Result};

/// Creates the floor, and the SDK over the floor's pool and over that of hyper-util.
///
/// # Errors
///
/// A client cannot be created.
pub fn other_pools<'a>(
    runtime: &'a Runtime,
    target: &Target,
    question: Question,
    in_flight: usize,
) -> Result<Vec<Contender<'a>>> {
    let floor = Floor::new(target, question)?;
    let over_minimal_pool = SdkTyped::over_minimal_pool(target, question)?;
    let over_hyper_util = SdkTyped::over_hyper_util(target, question)?;
    Ok(vec![
        Contender::tasks("floor, typed", runtime, vec![floor; in_flight]),
        Contender::tasks(
            "trivore over the floor's pool, typed",
            runtime,
            vec![over_minimal_pool; in_flight],
        ),
        Contender::tasks(
            "trivore over hyper-util, typed",
            runtime,
            vec![over_hyper_util; in_flight],
        ),
    ])
}
