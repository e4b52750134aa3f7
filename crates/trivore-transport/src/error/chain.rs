//! The chain of an error and its sources.

use std::error::Error as StdError;

/// Returns an error and its sources, outermost first.
pub(crate) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    // A chain that never ends would be an error's own mistake.
    std::iter::successors(Some(error), |error| (*error).source()).take(MAX_DEPTH)
}

const MAX_DEPTH: usize = 64;
