//! Profiles of users.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Address, Consents, Date, EmailAddress, Extra, Mobile, Names, Timestamp, lenient,
    redact::redacted_debug,
};

/// The part of an account that users can read and change themselves.
///
/// Documented: it requires the user's own token, and API clients cannot read it. Some fields
/// are documented, others observed.
///
/// # Examples
///
/// ```
/// use trivore_models::{Changes, Profile};
///
/// let json = r#"{"nickName": "Maikki", "emails": [{"address": "maija@example.com"}]}"#;
/// let before: Profile = serde_json::from_str(json)?;
/// let mut after = before.clone();
/// after.screen_name = Some("Maija".to_owned());
///
/// let changes = Changes::between(&before, &after)?;
/// assert_eq!(changes.fields().collect::<Vec<_>>(), ["screenName"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// Physical addresses that the user entered.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// Physical addresses in official registers; read-only: no update sends it (inferred).
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
    /// Display name.
    pub screen_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Language of pages and e-mails.
    pub locale: Option<String>,
    /// Consents of the user.
    pub consents: Option<Consents>,
    /// Whether the user is a minor.
    pub minor: Option<bool>,
    /// Time zone.
    pub time_zone: Option<String>,
    /// When the profile was last changed; read-only: no update sends it (inferred).
    pub last_modified: Option<Timestamp>,
    /// Municipality code that the user entered.
    pub domicile_code: Option<String>,
    /// Municipality code in official registers; read-only: no update sends it (inferred).
    pub legal_domicile_code: Option<String>,
    /// Classes of the municipality of residence.
    #[serde(default, deserialize_with = "lenient::list")]
    pub domicile_classes: Option<Vec<String>>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Profile {
    /// Creates a profile with no fields set.
    pub fn new() -> Self {
        Self::default()
    }
}

redacted_debug!(Profile shows "lastModified");
