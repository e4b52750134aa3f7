//! Switches for rules of the service that its public documents leave open.

use thiserror::Error;

/// Declares [`Rules`]: each line is a field, its default and its documentation.
///
/// The documentation is both rustdoc and the text of `--help`.
macro_rules! rules {
    ($($(#[doc = $text:literal])+ $field:ident = $default:literal;)+) => {
        /// Rules that the public documents leave open, each of them a switch.
        ///
        /// The names on the command line are the field names with `-` for `_`. What stands in
        /// parentheses is the section of the project's notes on the public documents that leaves
        /// the rule open.
        ///
        /// # Examples
        ///
        /// ```
        /// use trivore_sandbox::Rules;
        ///
        /// let mut rules = Rules::default();
        /// rules.put_replaces = true;
        /// rules.set("soft-delete", true)?;
        /// assert!(rules.soft_delete);
        /// # Ok::<(), trivore_sandbox::UnknownRule>(())
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Rules {
            $(
                $(#[doc = $text])+
                #[doc = ""]
                #[doc = concat!("Default: `", stringify!($default), "`.")]
                pub $field: bool,
            )+
        }

        impl Default for Rules {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        impl Rules {
            /// Turns the rule called `name` on or off.
            ///
            /// # Errors
            ///
            /// No rule has this name.
            pub fn set(&mut self, name: &str, on: bool) -> Result<(), UnknownRule> {
                match name.replace('-', "_").as_str() {
                    $(stringify!($field) => self.$field = on,)+
                    _ => return Err(UnknownRule(name.to_owned())),
                }
                Ok(())
            }

            /// Lists all rules with their current settings.
            pub fn list(&self) -> Vec<Rule> {
                vec![$(Rule {
                    name: stringify!($field).replace('_', "-"),
                    on: self.$field,
                    text: concat!($($text),+).trim(),
                }),+]
            }
        }
    };
}

rules! {
    /// The API demands `Accept: application/json`, else 406 (contract A.2).
    accept_required = false;
    /// API clients may change permissions and roles of users (contract I.13).
    api_client_may_grant = true;
    /// Basic credentials may be a user's `name@nsCode` and password (contract A.2, one page).
    basic_user_names = true;
    /// A client credentials token opens the Management API (contract I.11).
    client_credentials_api = true;
    /// A client may set `verified` of e-mail addresses and mobile numbers (contract I.2).
    client_may_verify = false;
    /// A username sent for a namespace that generates them is refused with 400, else accepted (contract E.1).
    client_username_refused = false;
    /// E-mail addresses and mobile numbers are required and checked for their form (contract I.18).
    contacts_checked = true;
    /// A page `count` over 500 is refused with 400, else lowered to 500 (contract I.4).
    count_over_limit_refused = false;
    /// POST `/user` also reads `email` and `names` (contract H.3).
    create_aliases = true;
    /// POST `/user` checks the password against the namespace's policy, 400 if too weak (contract D.1).
    create_checks_password = true;
    /// Clients cannot write `customerGroupInfo` of a user; it is ignored (contract D.4).
    customer_group_info_read_only = true;
    /// POST custom fields answers all custom fields, else `{}` (contract I.9).
    custom_fields_post_echoes = true;
    /// A taken username or group name is answered with 409, else with 400 (contract I.1).
    duplicates_conflict = true;
    /// The username policy EMAIL needs an e-mail address, else it falls back on eight digits (contract E.22).
    email_policy_needs_email = true;
    /// The enterprise data of a PERSON account is refused with 400 (contract I.17).
    enterprise_person_refused = false;
    /// Filters compare strings with regard to case (contract I.6).
    filter_case_sensitive = true;
    /// Objects in namespaces the caller may not access answer 404, else 403 (contract A.2).
    foreign_namespace_hidden = false;
    /// Legal information of a user who has none is answered with 404, else `{}` (contract I.16).
    legal_missing_is_404 = false;
    /// A locked user cannot sign in (contract D.2).
    locked_refused = true;
    /// Another `nsCode` in PUT `/user` is refused with 400, else ignored (contract E.1).
    namespace_change_refused = true;
    /// Deleting a namespace deletes its users, else it is refused with 409 while there are any (contract D.4).
    namespace_delete_cascades = false;
    /// PUT merges objects inside the document too, else it replaces them whole (contract I.2).
    nested_objects_merge = false;
    /// An explicit `null` in PUT leaves the field alone, else it clears it (contract I.2).
    null_ignored = false;
    /// Pages hold `startIndex` and `itemsPerPage` also when the request named neither (contract I.4).
    page_numbers_always = false;
    /// A `password` in PUT `/user` is refused with 400, else ignored (contract E.1).
    password_in_put_refused = false;
    /// POST `/user` without a password is refused with 400 (contract I.1).
    password_required = false;
    /// PUT replaces the whole document, so that absent fields are cleared (contract D.4).
    put_replaces = false;
    /// A refresh token works once and is replaced at each use (contract I.11).
    refresh_rotation = true;
    /// Tokens need the scope of the operation (contract D.1).
    scopes_enforced = false;
    /// Users may change their own permissions, roles, strong identification, student state and namespace (contract A.2).
    self_may_grant = false;
    /// Too many verification messages in a day are answered with 429, else with 400 (contract B).
    sms_limit_is_429 = true;
    /// DELETE `/user` only marks the user, as the policy `SOFT_DELETE` does (contract I.12).
    soft_delete = false;
    /// Strong identification of a user who never had one is answered with 404, else `{"identified":false}` (contract I.14).
    strong_identification_missing_is_404 = false;
    /// Values outside the known ones of a field such as `sex` are refused with 400, else stored (contract I.20).
    unknown_choices_refused = true;
    /// Fields the sandbox does not know are stored and returned, else dropped (contract, introduction).
    unknown_fields_kept = true;
    /// A filter on a field that no object has is refused with 400, else matches nothing (contract I.6).
    unknown_filter_attribute_refused = false;
    /// POST `/user` without a username is refused with 400 in every namespace (contract D.1, older page).
    username_required = false;
    /// PUT keeps the `verified` mark of addresses and numbers that it leaves in place (contract I.2).
    verified_survives_put = true;
    /// A wrong verification code uses up the pending one (contract B, change-contact).
    wrong_code_consumes = false;
}

/// One switch of [`Rules`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Name on the command line, such as `put-replaces`.
    pub name: String,
    /// Setting.
    pub on: bool,
    /// What the rule does when it is on.
    pub text: &'static str,
}

/// No rule has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no rule is called `{0}`")]
pub struct UnknownRule(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_set_by_the_name_it_is_listed_under() {
        let mut rules = Rules::default();
        for rule in Rules::default().list() {
            rules.set(&rule.name, !rule.on).unwrap();
        }
        for (before, after) in Rules::default().list().iter().zip(rules.list()) {
            assert_ne!(before.on, after.on, "{}", after.name);
        }
        assert!(rules.set("no-such-rule", true).is_err());
    }
}
