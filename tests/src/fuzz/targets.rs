//! All targets, by the names of their corpora.

use super::{answers, error_bodies, filters, headers, pages, properties, token_answers};

/// A function that panics if an input violates an invariant.
pub type Target = fn(&[u8]);

/// Every target. A new one also needs a corpus and a file in `fuzz_targets`.
pub const TARGETS: [(&str, Target); 7] = [
    ("answers", answers),
    ("error_bodies", error_bodies),
    ("filters", filters),
    ("headers", headers),
    ("pages", pages),
    ("properties", properties),
    ("token_answers", token_answers),
];
