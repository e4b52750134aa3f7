//! All targets, by the names of their corpora.

use super::{
    error_bodies, filters, headers, journals, pages, properties, responses, token_responses,
};

/// A function that panics if an input violates an invariant.
pub type Target = fn(&[u8]);

/// Every target. A new one also needs a corpus and a file in `fuzz_targets`.
pub const TARGETS: [(&str, Target); 8] = [
    ("error_bodies", error_bodies),
    ("filters", filters),
    ("headers", headers),
    ("journals", journals),
    ("pages", pages),
    ("properties", properties),
    ("responses", responses),
    ("token_responses", token_responses),
];
