//! How given elements change a set.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetVerb {
    Add,
    Remove,
    Set,
}
