//! All targets by the names of their corpora.

use super::{answers, error_bodies, filters, headers, pages, properties, token_answers};

/// Panics when an input breaks what must hold.
pub type Target = fn(&[u8]);

/// Every target; a new one also gets a corpus and a file among `fuzz_targets`.
pub const TARGETS: [(&str, Target); 7] = [
    ("answers", answers),
    ("error_bodies", error_bodies),
    ("filters", filters),
    ("headers", headers),
    ("pages", pages),
    ("properties", properties),
    ("token_answers", token_answers),
];
