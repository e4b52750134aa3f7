//! The list of all operations.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_users::Operation;
#[cfg(doc)]
use trivore_users::Safety;

use crate::blocking::Users;

impl Users {
    /// Returns all operations, each with its route and its [`Safety`](trivore_users::Safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::users::{Safety, Users};
    ///
    /// let one_shot: Vec<_> = Users::operations()
    ///     .filter(|operation| operation.safety == Safety::OneShot)
    ///     .map(|operation| operation.name)
    ///     .collect();
    ///
    /// assert_eq!(one_shot, ["users.check_sms_code", "users.change_password"]);
    /// ```
    pub fn operations() -> impl Iterator<Item = &'static Operation> {
        trivore_users::Users::operations()
    }
}
