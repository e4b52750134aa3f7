//! Sets of permissions and namespaces that may be unlimited.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::permissions::closure;

/// Everything, or only the listed items; in JSON, `null` or a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<BTreeSet<String>>", into = "Option<BTreeSet<String>>")]
pub(crate) enum Allowed {
    #[default]
    All,
    Only(BTreeSet<String>),
}

impl From<Option<BTreeSet<String>>> for Allowed {
    fn from(items: Option<BTreeSet<String>>) -> Self {
        items.map_or(Self::All, Self::Only)
    }
}

impl From<Allowed> for Option<BTreeSet<String>> {
    fn from(allowed: Allowed) -> Self {
        match allowed {
            Allowed::All => None,
            Allowed::Only(items) => Some(items),
        }
    }
}

impl Allowed {
    pub(crate) fn only(items: impl IntoIterator<Item: Into<String>>) -> Self {
        Self::Only(items.into_iter().map(Into::into).collect())
    }

    /// Adds the permissions that these require.
    pub(crate) fn with_dependencies(&self) -> Self {
        match self {
            Self::All => Self::All,
            Self::Only(ids) => Self::Only(closure(ids.clone())),
        }
    }

    pub(crate) fn contains(&self, item: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(items) => items.contains(item),
        }
    }

    pub(crate) fn add(&mut self, item: &str) {
        if let Self::Only(items) = self {
            items.insert(item.to_owned());
        }
    }
}
