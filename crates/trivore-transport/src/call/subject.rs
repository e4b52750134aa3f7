//! The subject of a call, such as a user: an opaque key for the rate limit.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The subject of a call, in its request's extensions.
///
/// It is a hash, so that no identifier is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Subject(u64);

impl Subject {
    pub(crate) fn new(key: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}
