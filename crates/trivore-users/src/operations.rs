//! The list of all operations.

use trivore_transport::Operation;

use crate::{RESOURCES, Users};

impl Users {
    /// Returns all operations, each with its route and its [`Safety`](crate::Safety).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::{Safety, Users};
    ///
    /// let one_shot: Vec<_> = Users::operations()
    ///     .filter(|operation| operation.safety == Safety::OneShot)
    ///     .map(|operation| operation.name)
    ///     .collect();
    ///
    /// assert_eq!(one_shot, ["users.check_sms_code", "users.change_password"]);
    /// ```
    pub fn operations() -> impl Iterator<Item = &'static Operation> {
        RESOURCES.iter().copied().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formats one row of the table in the crate's documentation.
    fn row(operation: &Operation) -> String {
        let Operation { name, method, route, safety, .. } = operation;
        let method_name = match name.strip_prefix("users.").unwrap_or(name) {
            "create_named" => "[`create`](Users::create) with a username".to_owned(),
            name => format!("[`{name}`](Users::{name})"),
        };
        format!("//! | {method_name} | `{method} {route}` | {safety} |\n")
    }

    #[test]
    fn the_documented_table_is_made_from_the_operations() {
        let table: String = Users::operations().map(row).collect();

        assert!(include_str!("lib.rs").contains(&table), "put this into lib.rs:\n{table}");
    }

    #[test]
    fn no_two_operations_have_the_same_name() {
        let mut names: Vec<_> = Users::operations().map(|operation| operation.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();

        assert_eq!(names.len(), count);
    }

    /// `Call::of` makes the first variable of a route the subject of the call.
    #[test]
    fn the_subject_of_each_call_is_the_user_if_its_route_has_one() {
        for Operation { name, route, .. } in Users::operations() {
            if let Some(rest) = route.strip_prefix("/api/rest/v1/user/") {
                assert_eq!(rest.split('/').next(), Some("{userId}"), "{name}");
            }
            let mut variables = route.split('/').filter(|segment| segment.starts_with('{'));

            assert!(
                variables.position(|variable| variable == "{userId}").unwrap_or(0) == 0,
                "{name}"
            );
        }
    }
}
