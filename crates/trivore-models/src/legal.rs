//! Information from official registers about a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Address, Date, Extra, PersonalId, StudentInfo, Timestamp, lenient, redact::redacted_debug,
};

/// Information from governmental registers about a person; read-only (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::{LegalInfo, PersonalId};
///
/// let json = r#"{"callingName": "Maija", "personalIdentityCode": "131052-308T"}"#;
/// let info: LegalInfo = serde_json::from_str(json)?;
///
/// let code = info.personal_identity_code.as_ref();
/// assert_eq!(code.map(PersonalId::expose), Some("131052-308T"));
/// assert!(!format!("{info:?}").contains("131052"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LegalInfo {
    /// All first names.
    pub first_names: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// First name that the person uses.
    pub calling_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Personal identity code.
    pub personal_identity_code: Option<PersonalId>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Date of death.
    pub date_of_death: Option<Date>,
    /// When the registers were last queried.
    pub last_updated_at: Option<Timestamp>,
    /// Whether an order protects the person's address from disclosure.
    pub protection_order: Option<bool>,
    /// Municipality of residence.
    pub domicile: Option<LegalDomicile>,
    /// Physical addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// Student status of the person.
    pub student_info: Option<StudentInfo>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(LegalInfo shows "lastUpdatedAt");

/// A municipality of residence (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::LegalDomicile;
///
/// let json = r#"{"names": {"fi": "Turku", "sv": "Åbo"}, "code": "853"}"#;
/// let domicile: LegalDomicile = serde_json::from_str(json)?;
///
/// assert_eq!(domicile.names.unwrap_or_default()["sv"], "Åbo");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LegalDomicile {
    /// Names by language code, such as `fi` → `Turku`.
    #[serde(default, deserialize_with = "lenient::text_map")]
    pub names: Option<BTreeMap<String, String>>,
    /// Municipality code, such as `853`.
    pub code: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(LegalDomicile shows);
