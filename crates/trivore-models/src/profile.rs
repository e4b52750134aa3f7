//! What users see and change of themselves.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Address, Consents, Date, EmailAddress, Extra, Mobile, Names, Timestamp, lenient,
    redact::redacted_debug,
};

/// What users see and change of themselves.
///
/// Documented to be for a user's own token; API clients cannot read it. Its fields are
/// partly documented and partly observed.
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// Physical addresses, as the user gave them.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// Physical addresses, as registers know them.
    #[serde(default, deserialize_with = "lenient::list")]
    pub legal_addresses: Option<Vec<Address>>,
    /// E-mail addresses.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub emails: Option<Vec<EmailAddress>>,
    /// Mobile phone numbers.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub mobiles: Option<Vec<Mobile>>,
    /// Names of the person.
    pub name: Option<Names>,
    /// Nickname.
    pub nick_name: Option<String>,
    /// Name shown on screens.
    pub screen_name: Option<String>,
    /// When the person was born.
    pub date_of_birth: Option<Date>,
    /// Language of pages and mails.
    pub locale: Option<String>,
    /// What the user agreed to.
    pub consents: Option<Consents>,
    /// Whether the user is under age.
    pub minor: Option<bool>,
    /// Time zone.
    pub time_zone: Option<String>,
    /// When the profile was changed.
    pub last_modified: Option<Timestamp>,
    /// Code of the municipality, as the user gave it.
    pub domicile_code: Option<String>,
    /// Code of the municipality, as registers know it.
    pub legal_domicile_code: Option<String>,
    /// Classes of the municipality.
    #[serde(default, deserialize_with = "lenient::list")]
    pub domicile_classes: Option<Vec<String>>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Profile {
    /// Starts with nothing set.
    pub fn new() -> Self {
        Self::default()
    }
}

redacted_debug!(Profile shows "lastModified");
