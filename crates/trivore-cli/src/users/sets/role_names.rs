//! Which roles are built in, and which are custom.

use clap::Args;
use trivore::models::RoleId;

use crate::failure::Failure;
use crate::object_id::is_object_id;

/// How roles are told apart.
#[derive(Args, Clone, Copy)]
pub(crate) struct RoleKind {
    /// Take all roles for custom ones.
    #[arg(long, conflicts_with = "builtin")]
    custom: bool,
    /// Take all roles for built-in ones.
    #[arg(long)]
    builtin: bool,
}

/// Roles, told apart.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RoleNames {
    /// `None` if built-in roles are not concerned.
    pub(crate) builtin: Option<Vec<RoleId>>,
    /// `None` if custom roles are not concerned.
    pub(crate) custom: Option<Vec<RoleId>>,
}

impl RoleKind {
    pub(crate) fn includes_builtin(self) -> bool {
        !self.custom
    }

    pub(crate) fn includes_custom(self) -> bool {
        !self.builtin
    }

    /// Tells roles apart by their identifiers: 24 hexadecimal digits are those of a custom role, and
    /// upper-case words those of a built-in one.
    ///
    /// # Errors
    ///
    /// An identifier has neither form, and no option says what it is.
    pub(crate) fn names(self, roles: Vec<String>) -> Result<RoleNames, Failure> {
        let mut builtin = Vec::new();
        let mut custom = Vec::new();
        for role in roles {
            if role.trim().is_empty() {
                return Err(Failure::usage("the identifier of a role is empty"));
            } else if self.custom || (!self.builtin && is_object_id(&role)) {
                custom.push(role.into());
            } else if self.builtin || is_builtin(&role) {
                builtin.push(role.into());
            } else {
                return Err(Failure::usage(format!("`{role}` is not the identifier of a role"))
                    .note(
                        "Those of built-in roles are like ACCOUNT_ADMIN, and those of custom \
                           roles have 24 hexadecimal digits.",
                    )
                    .note("If it is one nevertheless, say which with --builtin or --custom."));
            }
        }
        Ok(RoleNames {
            builtin: self.includes_builtin().then_some(builtin),
            custom: self.includes_custom().then_some(custom),
        })
    }
}

fn is_builtin(role: &str) -> bool {
    role.starts_with(|c: char| c.is_ascii_uppercase())
        && role.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::{RoleKind, RoleNames};

    #[test]
    fn roles_are_told_apart_by_their_identifiers_or_by_an_option() {
        let hex = "5b0cfba4e2bb230ff8b535e6";
        let roles = || vec!["GROUP_ADMIN".to_owned(), hex.to_owned()];
        let neither = RoleKind { custom: false, builtin: false };
        let names = |builtin, custom| RoleNames { builtin, custom };

        let told_apart = neither.names(roles()).unwrap();
        let expected = names(Some(vec!["GROUP_ADMIN".into()]), Some(vec![hex.into()]));
        assert_eq!(told_apart, expected);

        let all = Some(vec!["GROUP_ADMIN".into(), hex.into()]);
        let custom = RoleKind { custom: true, builtin: false };
        assert_eq!(custom.names(roles()).unwrap(), names(None, all.clone()));
        let builtin = RoleKind { custom: false, builtin: true };
        assert_eq!(builtin.names(roles()).unwrap(), names(all, None));

        for role in ["helpdesk", "", " ", "Group_Admin", "1_A"] {
            assert!(neither.names(vec![role.to_owned()]).is_err(), "{role}");
        }
    }
}
