//! All operations and models, and a sandbox in which each operation succeeds.

use std::sync::LazyLock;

use trivore::users::Users;
use trivore_tests::Model;
use trivore_tests::operations::{Case, Setup};

use crate::users;

/// Returns a case for each operation, in the order of the documentation.
pub(crate) fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let mut cases = users::CASES.concat();
        let order: Vec<&str> = Users::operations().map(|operation| operation.name).collect();
        cases.sort_by_key(|case| order.iter().position(|name| *name == case.name()));
        cases
    });
    &CASES
}

/// Returns the case of an operation.
pub(crate) fn case(name: &str) -> &'static Case {
    cases().iter().find(|case| case.name() == name).unwrap()
}

/// Returns the types of the API's data.
pub(crate) fn models() -> impl Iterator<Item = &'static Model> {
    users::MODELS.iter().copied().flatten()
}

/// Returns the model with this name in `trivore::models`.
pub(crate) fn model(name: &str) -> &'static Model {
    models().find(|model| model.name() == name).unwrap()
}

/// Starts a sandbox in which each operation succeeds.
pub(crate) async fn setup() -> Setup {
    Setup::start(cases()).await
}
