//! Other SDKs on tower, which take long to build.

use tokio::runtime::Runtime;

use super::Question;
#[cfg(feature = "other-sdks")]
use super::{kube_client::KubeClient, octocrab_client::OctocrabClient};
use crate::server::Target;
use crate::{Contender, Result};

/// Creates the contenders for plain HTTP; there are none over TLS, or without the feature
/// `other-sdks`.
///
/// # Errors
///
/// A client cannot be created.
#[cfg(feature = "other-sdks")]
pub fn other_sdks<'a>(
    runtime: &'a Runtime,
    target: &Target,
    question: Question,
    in_flight: usize,
) -> Result<Vec<Contender<'a>>> {
    if target.is_https() {
        return Ok(Vec::new());
    }
    // Both start a task when they are created.
    let _within = runtime.enter();
    let kube_client = KubeClient::new(target, question)?;
    let octocrab = OctocrabClient::new(target, question)?;
    Ok(vec![
        Contender::tasks("kube-client, typed", runtime, vec![kube_client; in_flight]),
        Contender::tasks("octocrab, typed", runtime, vec![octocrab.clone(); in_flight]),
        Contender::tasks(
            "octocrab, plain decoding",
            runtime,
            vec![octocrab.decoding_plainly(); in_flight],
        ),
    ])
}

/// Creates no contenders, as the feature `other-sdks` is disabled.
///
/// # Errors
///
/// Never.
#[cfg(not(feature = "other-sdks"))]
pub fn other_sdks<'a>(
    _: &'a Runtime,
    _: &Target,
    _: Question,
    _: usize,
) -> Result<Vec<Contender<'a>>> {
    Ok(Vec::new())
}
