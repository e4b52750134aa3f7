//! A user as filters and sorting see it: as it is shown to the caller.

use crate::access::caller::Caller;
use crate::access::permissions::ACCOUNT_VIEW_PERSONAL_ID;
use crate::store::account::Account;
use crate::store::state::State;
use crate::values::filter::{Attribute, Found, Source, values};

use super::view::{CENSORED, is_student};

/// Reads the attributes that are not stored in the document of a user, or are hidden from a caller.
pub(super) struct Viewer {
    now: String,
    sees_codes: bool,
    info: Attribute,
    student: Attribute,
    valid_from: Attribute,
    valid_to: Attribute,
}

impl Viewer {
    pub(super) fn new(state: &State, caller: &Caller) -> Self {
        let attribute = |name| Attribute::new(name, &|path| state.users.paths().find(path));
        Self {
            now: state.now(),
            sees_codes: caller.may(ACCOUNT_VIEW_PERSONAL_ID),
            info: attribute("customerGroupInfo"),
            student: attribute("customerGroupInfo.student"),
            valid_from: attribute("customerGroupInfo.studentValidFrom"),
            valid_to: attribute("customerGroupInfo.studentValidTo"),
        }
    }

    /// Returns whether the value that is shown may differ from the stored one.
    pub(super) fn concerns(attribute: &str) -> bool {
        Computed::of(attribute).is_some()
    }

    fn is_student(&self, account: &Account) -> bool {
        let text = |attribute| {
            let mut text = None;
            account.any_value(attribute, &mut |found| {
                if let Found::Text(found) = found {
                    text.get_or_insert(found.into_owned());
                }
                text.is_some()
            });
            text
        };
        let student = account.any_value(&self.student, &mut |found| found == Found::Bool(true));
        is_student(student, text(&self.valid_from), text(&self.valid_to), &self.now)
    }
}

/// A user and who looks at it.
pub(super) struct Shown<'a> {
    pub(super) account: &'a Account,
    pub(super) viewer: &'a Viewer,
}

impl Source for Shown<'_> {
    fn any_value<'a>(
        &'a self,
        attribute: &Attribute,
        test: &mut dyn FnMut(Found<'a>) -> bool,
    ) -> bool {
        let Self { account, viewer } = self;
        let latest = account.identifications.last();
        match Computed::of(&attribute.name) {
            None => account.any_value(attribute, test),
            Some(Computed::Identification) => {
                latest.is_some_and(|it| test(Found::Object { is_empty: it.is_empty() }))
            }
            Some(Computed::IdentificationPart("personalId")) if !viewer.sees_codes => {
                let has_code = latest.is_some_and(|latest| latest.contains_key("personalId"));
                has_code && test(Found::Text(CENSORED.into()))
            }
            Some(Computed::IdentificationPart(path)) => {
                let found = latest.map(|latest| values(latest, path)).unwrap_or_default();
                found.into_iter().any(|value| test(Found::of(value)))
            }
            // What is shown always has the computed member.
            Some(Computed::GroupInfo) => account.any_value(attribute, &mut |found| match found {
                Found::Object { .. } => test(Found::Object { is_empty: false }),
                other => test(other),
            }),
            Some(Computed::StudentValidNow) => {
                let is_object = |found: Found<'_>| matches!(found, Found::Object { .. });
                account.any_value(&viewer.info, &mut |found| is_object(found))
                    && test(Found::Bool(viewer.is_student(account)))
            }
        }
    }
}

/// An attribute whose shown value may differ from the stored one.
enum Computed<'a> {
    Identification,
    IdentificationPart(&'a str),
    GroupInfo,
    StudentValidNow,
}

impl<'a> Computed<'a> {
    fn of(attribute: &'a str) -> Option<Self> {
        match attribute {
            "strongIdentification" => Some(Self::Identification),
            "customerGroupInfo" => Some(Self::GroupInfo),
            "customerGroupInfo.studentValidNow" => Some(Self::StudentValidNow),
            _ => attribute.strip_prefix("strongIdentification.").map(Self::IdentificationPart),
        }
    }
}
