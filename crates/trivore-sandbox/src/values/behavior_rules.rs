//! Switches for behavior about which the public documents say little or contradict each other.

use thiserror::Error;

/// Declares [`Rules`]: each field with its documentation, its default and the evidence for it.
///
/// The documentation is both the rustdoc and the text in `--help`.
macro_rules! rules {
    ($($(#[doc = $text:literal])+ $field:ident = $default:literal, $evidence:ident;)+) => {
        /// Switches for behavior about which the public documents say little or contradict each
        /// other.
        ///
        /// On the command line, `-` replaces `_` in the names. "Documented" and "inferred" describe
        /// the default value. The evidence for each rule is in the documentation of
        /// [`trivore_models::facts`].
        ///
        /// # Examples
        ///
        /// ```
        /// use trivore_sandbox::{Rules, Sandbox};
        ///
        /// let mut rules = Rules::default();
        /// rules.put_replaces = true;
        /// rules.set("soft-delete", true)?;
        /// assert!(rules.soft_delete);
        ///
        /// let sandbox = Sandbox::builder().rules(rules);
        /// # let _ = sandbox;
        /// # Ok::<(), trivore_sandbox::UnknownRule>(())
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Rules {
            $(
                $(#[doc = $text])+
                #[doc = ""]
                #[doc = concat!(
                    "Default: `", stringify!($default), "` (", stringify!($evidence), ").",
                )]
                pub $field: bool,
            )+
        }

        impl Default for Rules {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        impl Rules {
            /// Turns the rule with this name on or off; both `-` and `_` separate words.
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
            ///
            /// # Examples
            ///
            /// ```
            /// use trivore_sandbox::Rules;
            ///
            /// let rules = Rules::default().list();
            /// let rule = rules.iter().find(|rule| rule.name == "put-replaces").unwrap();
            /// assert!(!rule.on && !rule.is_documented);
            /// ```
            pub fn list(&self) -> Vec<Rule> {
                vec![$(Rule {
                    name: stringify!($field).replace('_', "-"),
                    on: self.$field,
                    is_documented: stringify!($evidence) == "documented",
                    text: concat!($($text),+).trim(),
                }),+]
            }
        }
    };
}

rules! {
    /// The API requires `Accept: application/json` and otherwise responds with 406.
    accept_required = false, inferred;
    /// API clients may change permissions and roles of users.
    api_client_may_grant = true, inferred;
    /// A user may sign in with Basic credentials, as `name@nsCode` and password.
    basic_user_names = true, documented;
    /// Tokens of the client credentials grant give access to the Management API.
    client_credentials_api = true, inferred;
    /// Clients may set `verified` of e-mail addresses and mobile numbers.
    client_may_verify = false, inferred;
    /// If the namespace generates usernames, a username in the request is rejected with 400.
    client_username_refused = false, inferred;
    /// An e-mail address must be well-formed and a mobile number not empty, otherwise 400.
    contacts_checked = true, inferred;
    /// A page `count` above 500 is rejected with 400. If off, it is lowered to 500.
    count_over_limit_refused = false, inferred;
    /// POST `/user` also accepts `email` and `names`.
    create_aliases = true, documented;
    /// POST `/user` and migration reject a password that violates the namespace's policy.
    create_checks_password = true, inferred;
    /// `customerGroupInfo` in a user that a client sends is ignored.
    customer_group_info_read_only = true, inferred;
    /// An explicit `null` within custom fields removes the member. If off, it is stored.
    custom_field_nulls_clear = false, inferred;
    /// POST of custom fields returns all custom fields. If off, it returns `{}`.
    custom_fields_post_echoes = true, inferred;
    /// A duplicate username, nickname, group name or namespace code is a 409. If off, a 400.
    duplicates_conflict = true, inferred;
    /// The username policy EMAIL requires an e-mail address. If off, a user without one gets
    /// eight digits.
    email_policy_needs_email = true, inferred;
    /// Requests for enterprise data of a PERSON account are rejected with 400.
    enterprise_person_refused = false, inferred;
    /// Filters compare strings case-sensitively.
    filter_case_sensitive = true, inferred;
    /// Objects in namespaces without access are reported as 404. If off, as 403.
    foreign_namespace_hidden = false, inferred;
    /// Legal information of a user who has none is a 404. If off, it is `{}`.
    legal_missing_is_404 = false, inferred;
    /// A locked user cannot sign in.
    locked_refused = true, inferred;
    /// Every URI with `http` and a loopback host is a redirect URI of every client.
    loopback_redirects = false, inferred;
    /// PUT `/user` with another `nsCode` is rejected with 400. If off, `nsCode` is ignored.
    namespace_change_refused = true, inferred;
    /// Deleting a namespace deletes its users. If off, it is rejected with 409 if there are any.
    namespace_delete_cascades = false, inferred;
    /// PUT merges nested objects. If off, it replaces them.
    nested_objects_merge = false, inferred;
    /// An explicit `null` in PUT leaves the field unchanged. If off, it clears the field.
    null_ignored = false, inferred;
    /// Every page has `startIndex` and `itemsPerPage`. If off, only if the request has one of them.
    page_numbers_always = false, documented;
    /// Pages have no `totalResults`.
    page_total_omitted = false, documented;
    /// A `password` in PUT `/user` is rejected with 400. If off, it is ignored.
    password_in_put_refused = false, inferred;
    /// A sequence or repetition as long as the number in the password rules is rejected. If off,
    /// only a longer one.
    password_run_numbers_excluded = false, inferred;
    /// POST `/user` without a password is rejected with 400.
    password_required = false, inferred;
    /// A public client must use PKCE in the authorization code grant.
    public_clients_need_pkce = true, inferred;
    /// PUT replaces the whole document, so that absent fields are cleared.
    put_replaces = false, inferred;
    /// A refresh token that is used twice invalidates all tokens of its sign-in, if it works once.
    refresh_reuse_revokes = true, inferred;
    /// A refresh token works once; each use returns a new one.
    refresh_rotation = true, inferred;
    /// Tokens require the scope of the operation.
    scopes_enforced = false, inferred;
    /// Users may change their own permissions, roles, groups, lock, identification, student state
    /// and namespace.
    self_may_grant = false, inferred;
    /// Too many verification messages in a day are rejected with 429. If off, with 400.
    sms_limit_is_429 = true, inferred;
    /// DELETE `/user` only marks the user as deleted, like the policy `SOFT_DELETE`.
    soft_delete = false, inferred;
    /// Lists always start at the first object, whatever `startIndex` says.
    start_index_ignored = false, documented;
    /// Strong identification of a user who has none is a 404. If off, it is
    /// `{"identified":false}`.
    strong_identification_missing_is_404 = false, inferred;
    /// Unknown values of fields such as `sex` are rejected with 400. If off, they are stored.
    unknown_choices_refused = true, inferred;
    /// Unknown fields of a user are stored and returned. If off, they are dropped.
    unknown_fields_kept = true, inferred;
    /// A filter on an attribute that no object has is rejected with 400.
    unknown_filter_attribute_refused = false, inferred;
    /// POST `/user` without a username is rejected with 400 in every namespace.
    username_required = false, documented;
    /// PUT keeps `verified` of the addresses and numbers that it leaves unchanged.
    verified_survives_put = true, inferred;
    /// A wrong verification code invalidates the pending one.
    wrong_code_consumes = false, inferred;
}

/// One switch of [`Rules`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Name on the command line, such as `put-replaces`.
    pub name: String,
    /// Whether the rule is on.
    pub on: bool,
    /// Whether the default is documented; otherwise it is inferred.
    pub is_documented: bool,
    /// What the rule does when it is on.
    pub text: &'static str,
}

/// The error for a name that no rule has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown rule `{0}`")]
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
